package dev.parley.bench;

import java.util.Map;

/** One question and how it is measured. */
interface Scenario {
  /** The question, in a line. */
  String summary();

  /** The options and their values when nothing is said. */
  Map<String, String> defaults();

  /** Measures and prints. */
  void run(Options options) throws Exception;
}
