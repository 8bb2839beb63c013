package dev.parley.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Sends signals to processes that a test has started. */
final class Signals {
  private Signals() {}

  static void send(String signal, long pid) {
    try {
      // The shell's own kill, because a small Linux has no program of that name
      String command = "kill -" + signal + " " + pid;
      int exit = new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor();
      if (exit != 0) {
        throw new IllegalStateException("Cannot send SIG" + signal + " to process " + pid);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while signalling process " + pid, e);
    }
  }
}
