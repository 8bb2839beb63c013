package dev.parley.bench.measure;

import java.util.ArrayList;
import java.util.List;

/** A table as Markdown has it, with its columns aligned so that a terminal shows it well too. */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... head) {
    rows.add(List.of(head));
  }

  public void row(String... cells) {
    if (cells.length != rows.get(0).size()) {
      throw new IllegalArgumentException("a row has as many cells as the head");
    }
    rows.add(List.of(cells));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      line(text, rows.get(i));
      if (i == 0) {
        line(text, rule());
      }
    }
    return text.toString();
  }

  /** The first column is a name and stands left, the others are figures and stand right. */
  private void line(StringBuilder text, List<String> cells) {
    for (int column = 0; column < cells.size(); column++) {
      String cell = cells.get(column);
      String space = " ".repeat(width(column) - cell.length());
      text.append("| ").append(column == 0 ? cell + space : space + cell).append(' ');
    }
    text.append("|\n");
  }

  private List<String> rule() {
    List<String> rule = new ArrayList<>();
    for (int column = 0; column < rows.get(0).size(); column++) {
      int width = width(column);
      rule.add(column == 0 ? "-".repeat(width) : "-".repeat(width - 1) + ":");
    }
    return rule;
  }

  private int width(int column) {
    return Math.max(3, rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0));
  }
}
