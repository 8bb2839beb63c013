package dev.parley.platform;

import jakarta.annotation.PostConstruct;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceUnit;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import liquibase.Scope;
import liquibase.command.CommandScope;
import liquibase.command.core.UpdateCommandStep;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.hibernate.SessionFactory;

/**
 * Brings the schema to this release before anything else uses it, and refuses to start when the
 * mapping does not fit. Liquibase's lock lets one node migrate while the others wait.
 *
 * <p>Hibernate cannot validate by itself: the server builds the entity manager factory before any
 * bean runs, when a new database is still empty.
 */
@Singleton
@Startup
@TransactionManagement(TransactionManagementType.BEAN)
public class Migrations {
  private static final System.Logger LOG = System.getLogger(Migrations.class.getName());

  @PersistenceUnit(unitName = "parley")
  EntityManagerFactory factory;

  @PostConstruct
  void migrate() {
    try (Connection connection = ParleyDataSource.withoutTimeout().getConnection()) {
      if (DatabaseAddress.configured().kind() == DatabaseAddress.Kind.POSTGRESQL) {
        DurabilityCheck.check(connection);
      }
      Scope.child(
          Scope.Attr.resourceAccessor,
          new ClassLoaderResourceAccessor(Migrations.class.getClassLoader()),
          () -> update(connection));
    } catch (DurabilityCheck.NotDurable e) {
      throw StartFailure.noted(e);
    } catch (Exception e) {
      throw StartFailure.noted(
          new IllegalStateException("the database schema cannot be brought up to date", e));
    }
    factory.unwrap(SessionFactory.class).getSchemaManager().validateMappedObjects();
    LOG.log(Level.INFO, "Database: {0}", DatabaseAddress.configured());
  }

  private static void update(Connection connection) throws Exception {
    Database database =
        DatabaseFactory.getInstance()
            .findCorrectDatabaseImplementation(new JdbcConnection(connection));
    new CommandScope(UpdateCommandStep.COMMAND_NAME)
        .addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG, database)
        .addArgumentValue(UpdateCommandStep.CHANGELOG_FILE_ARG, "db/changelog.xml")
        .execute();
  }
}
