package dev.parley.platform;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * One part of the way of messages through this node, for the Java Flight Recorder: how long it took
 * for how many messages. While nothing records, it costs a few nanoseconds. May begin on one thread
 * and end on another.
 */
@Name("parley.Stage")
@Label("Stage")
@Category("Parley")
@Description("One part of the way of messages through this node")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // the recorder reads the fields
public final class Stage extends Event {
  /** The parts; what a message passes, in this order. */
  public enum Part {
    /** A frame is read, its commands understood, and begun: {@link #AUTHORIZE} within. */
    ACCEPT,
    /** May they, and how often. */
    AUTHORIZE,
    /** Waiting for the append lane's turn. */
    WAIT,
    /** The transaction, its commit, and {@link #ANNOUNCE} within. */
    STORE,
    /** To the bus, and on one node from there to the channel's tail. */
    ANNOUNCE,
    /** From the announcement to the dispatcher's turn, gathering included. */
    GATHER,
    /** To the queues of all members on one dispatcher. */
    FAN_OUT,
    /** To the sockets of all members on one dispatcher. */
    WRITE
  }

  @Label("Part")
  private String part = "";

  @Label("Messages")
  private int messages;

  /** Begins now. */
  public static Stage start() {
    Stage stage = new Stage();
    stage.begin();
    return stage;
  }

  /** Ends now, and is recorded if something records. */
  public void end(Part which, int count) {
    end();
    if (shouldCommit()) {
      part = which.name();
      messages = count;
      commit();
    }
  }
}
