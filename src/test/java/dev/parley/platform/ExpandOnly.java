package dev.parley.platform;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import liquibase.change.Change;
import liquibase.change.ColumnConfig;
import liquibase.change.ConstraintsConfig;
import liquibase.change.core.AddColumnChange;
import liquibase.change.core.AddForeignKeyConstraintChange;
import liquibase.change.core.AddNotNullConstraintChange;
import liquibase.change.core.AddPrimaryKeyChange;
import liquibase.change.core.AddUniqueConstraintChange;
import liquibase.change.core.CreateIndexChange;
import liquibase.change.core.CreateSequenceChange;
import liquibase.change.core.CreateTableChange;
import liquibase.change.core.InsertDataChange;
import liquibase.changelog.ChangeLogParameters;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.exception.LiquibaseException;
import liquibase.parser.ChangeLogParserFactory;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.resource.ResourceAccessor;

/**
 * Finds the changes that a release cannot survive that runs beside the one that makes them. Only
 * kinds of change that are known to be harmless pass, so that a new kind is looked at first.
 *
 * <p>A change set locks at most one table that is there already: it is one transaction, and one
 * that waits for a second table while it holds a first and a node of the release before does the
 * opposite is a deadlock, which ends the migration or the node's transaction.
 *
 * <p>What no release uses any more may go, when the change set says so with the label {@code
 * unused-since-<version>}, which must be a release before this one: then the one before this one
 * does not use it either.
 */
final class ExpandOnly {
  private static final Pattern UNUSED = Pattern.compile("unused-since-(\\d+)\\.(\\d+)\\.(\\d+)");
  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+).*");

  /** Of the first release, beside which no other one has run. */
  private static final Set<String> OF_THE_FIRST_RELEASE = Set.of("edit-1-changes");

  private final String release;

  /**
   * @param release the version of this release
   */
  ExpandOnly(String release) {
    this.release = release;
  }

  /** What is wrong, by change set; empty when the changelog only adds. */
  List<String> violations(String changelog) throws LiquibaseException {
    ResourceAccessor files = new ClassLoaderResourceAccessor();
    DatabaseChangeLog parsed =
        ChangeLogParserFactory.getInstance()
            .getParser(changelog, files)
            .parse(changelog, new ChangeLogParameters(), files);
    List<String> violations = new ArrayList<>();
    for (ChangeSet changeSet : parsed.getChangeSets()) {
      if (!isAllowed(changeSet)) {
        look(changeSet, violations);
      }
    }
    return violations;
  }

  private boolean isAllowed(ChangeSet changeSet) {
    return changeSet.getLabels().getLabels().stream().anyMatch(this::isUnusedSinceARelease);
  }

  private boolean isUnusedSinceARelease(String label) {
    Matcher unused = UNUSED.matcher(label);
    Matcher current = VERSION.matcher(release);
    if (!unused.matches() || !current.matches()) {
      return false;
    }
    for (int i = 1; i <= 3; i++) {
      int difference =
          Integer.compare(Integer.parseInt(unused.group(i)), Integer.parseInt(current.group(i)));
      if (difference != 0) {
        return difference < 0;
      }
    }
    return false;
  }

  private static void look(ChangeSet changeSet, List<String> violations) {
    // Nobody knows yet what comes into being in the same change set.
    Set<String> fresh = new HashSet<>();
    Set<String> locked = new HashSet<>();
    for (Change change : changeSet.getChanges()) {
      if (change instanceof CreateTableChange table) {
        fresh.add(table.getTableName());
      } else if (!isHarmless(change, fresh)) {
        String name = change.getSerializedObjectName();
        violations.add(changeSet.getId() + ": " + name + " breaks the release before");
      }
      tables(change).stream().filter(table -> !fresh.contains(table)).forEach(locked::add);
    }
    if (locked.size() > 1 && !OF_THE_FIRST_RELEASE.contains(changeSet.getId())) {
      violations.add(changeSet.getId() + ": locks " + locked + " at once");
    }
  }

  /** The tables that the change locks; of the kinds that may pass. */
  private static List<String> tables(Change change) {
    if (change instanceof CreateIndexChange index) {
      return List.of(index.getTableName());
    } else if (change instanceof AddColumnChange columns) {
      return List.of(columns.getTableName());
    } else if (change instanceof AddForeignKeyConstraintChange key) {
      return List.of(key.getBaseTableName(), key.getReferencedTableName());
    }
    return List.of();
  }

  private static boolean isHarmless(Change change, Set<String> fresh) {
    if (change instanceof CreateSequenceChange) {
      return true;
    } else if (change instanceof CreateIndexChange index) {
      return !Boolean.TRUE.equals(index.isUnique()) || fresh.contains(index.getTableName());
    } else if (change instanceof AddColumnChange columns) {
      return columns.getColumns().stream().allMatch(ExpandOnly::mayBeLeftOut);
    } else if (change instanceof AddUniqueConstraintChange constraint) {
      return fresh.contains(constraint.getTableName());
    } else if (change instanceof AddPrimaryKeyChange key) {
      return fresh.contains(key.getTableName());
    } else if (change instanceof AddNotNullConstraintChange constraint) {
      return fresh.contains(constraint.getTableName());
    } else if (change instanceof AddForeignKeyConstraintChange key) {
      return fresh.contains(key.getBaseTableName());
    } else if (change instanceof InsertDataChange row) {
      return fresh.contains(row.getTableName());
    }
    return false;
  }

  /** Whether a release that does not know the column can go on to insert rows. */
  private static boolean mayBeLeftOut(ColumnConfig column) {
    ConstraintsConfig constraints = column.getConstraints();
    if (constraints == null) {
      return true;
    }
    boolean narrows =
        Boolean.TRUE.equals(constraints.isUnique())
            || Boolean.TRUE.equals(constraints.isPrimaryKey())
            || constraints.getReferences() != null
            || constraints.getReferencedTableName() != null;
    boolean required = Boolean.FALSE.equals(constraints.isNullable());
    return !narrows && (!required || column.getDefaultValueObject() != null);
  }
}
