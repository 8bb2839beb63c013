package dev.parley.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.testkit.FrameBuffer.Frame;
import dev.parley.testkit.HistoryChecker.Subscription;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** One client of a {@link Swarm}: everything but the questions happens in the swarm's thread. */
public final class SwarmClient {
  private static final long RETRY_MS = 200;
  private static final long SUBSCRIBE_ID = 1;
  private static final long PUBLISH_ID = 2;

  private final Swarm swarm;
  private final Person person;
  private final List<ServerUrl> nodes;
  private final String channel;
  private final HistoryChecker checker;
  private final Subscription journal;
  private final String name;
  private final List<String> ends = new CopyOnWriteArrayList<>();

  private SocketChannel socket;
  private FrameBuffer in = new FrameBuffer();
  private int node;
  private long connectAt;
  private long reconnectInMs = RETRY_MS;
  private long publishAt;
  private int sent;
  private long sentAt;

  /** By this connection's node; zero while it was not. */
  private long toldAt;

  private boolean upgraded;
  private volatile boolean live;
  private volatile long lastToldAt;
  private final AtomicInteger told = new AtomicInteger();
  private final AtomicLong acknowledged = new AtomicLong();
  private volatile long lastOwnOffset;
  private volatile long longestUnanswered;

  /** What is under way, or has to be sent again under its key. */
  private volatile String value = "";

  private boolean again;

  SwarmClient(
      Swarm swarm,
      Person person,
      List<ServerUrl> nodes,
      String channel,
      HistoryChecker checker,
      int number) {
    this.swarm = swarm;
    this.person = person;
    this.nodes = nodes;
    this.channel = channel;
    this.checker = checker;
    this.name = "swarm" + number;
    this.journal = checker.subscriber(name);
    this.connectAt = System.nanoTime();
  }

  // Questions of any thread ----------------------------------------------------------------------

  /** Whether it hears everything. */
  public boolean isLive() {
    return live;
  }

  /** How each of its connections has ended, the codes of closes first. */
  public List<String> ends() {
    return ends;
  }

  /** How often a server has asked it to go. */
  public int told() {
    return told.get();
  }

  /** When it was last asked to go, by {@link System#nanoTime}. */
  public long lastToldAt() {
    return lastToldAt;
  }

  /**
   * How long before it was asked to go it had sent a command that was never answered, at most; in
   * milliseconds.
   */
  public long longestUnanswered() {
    return longestUnanswered;
  }

  long acknowledged() {
    return acknowledged.get();
  }

  boolean isAnswered() {
    return value.isEmpty();
  }

  long lastOwnOffset() {
    return lastOwnOffset;
  }

  boolean isAt(long offset) {
    return live && journal.last().offset() >= offset;
  }

  // In the swarm's thread ------------------------------------------------------------------------

  boolean isConnecting() {
    return socket != null && !live;
  }

  boolean wantsToConnect(long now) {
    return socket == null && now - connectAt >= 0;
  }

  boolean mayPublish(long now) {
    if (publishAt == 0) {
      publishAt = swarm.firstPublish();
    }
    return mayTalk() && value.isEmpty() && now - publishAt >= 0;
  }

  /** Who was asked to go says nothing more. */
  private boolean mayTalk() {
    return live && toldAt == 0;
  }

  void publish(long next) {
    publishAt = next;
    value = name + "-" + sent++;
    checker.attempted(value);
    send();
  }

  void publishAgain() {
    if (again && mayTalk()) {
      send();
    }
  }

  private void send() {
    again = false;
    sentAt = System.nanoTime();
    command(PUBLISH_ID, "publish", Json.object("data", value, "key", value));
  }

  void connect() {
    URI address = nodes.get(node).root();
    in = new FrameBuffer();
    upgraded = false;
    try {
      socket = SocketChannel.open();
      socket.configureBlocking(false);
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
      socket.register(swarm.selector(), SelectionKey.OP_CONNECT, this);
      if (socket.connect(new InetSocketAddress(address.getHost(), address.getPort()))) {
        connected();
      }
    } catch (IOException e) {
      ended(e.toString());
    }
  }

  private void connected() throws IOException {
    socket.keyFor(swarm.selector()).interestOps(SelectionKey.OP_READ);
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    new RawHandshake(person.at(nodes.get(node))).send(request);
    write(ByteBuffer.wrap(request.toByteArray()));
  }

  void ready() {
    try {
      if (socket.isConnectionPending()) {
        if (socket.finishConnect()) {
          connected();
        }
        return;
      }
      if (in.fill(socket) < 0) {
        ended("1006 the end");
        return;
      }
      read();
    } catch (IOException e) {
      ended("1006 " + e);
    }
  }

  private void read() throws IOException {
    if (!upgraded) {
      String head = in.head();
      if (head.isEmpty()) {
        return;
      }
      if (!head.startsWith("HTTP/1.1 101")) {
        ended(head.lines().findFirst().orElse(""));
        return;
      }
      upgraded = true;
      ObjectNode subscribe = Json.object();
      if (journal.last() != null) {
        subscribe.set("recover", journal.last().json());
      }
      command(SUBSCRIBE_ID, "subscribe", subscribe);
    }
    for (Frame frame = in.next(); frame != null && socket != null; frame = in.next()) {
      switch (frame.opcode()) {
        case FrameBuffer.TEXT -> frame.text().lines().map(Json::parse).forEach(this::heard);
        case FrameBuffer.PING -> write(FrameBuffer.frame(FrameBuffer.PONG, frame.payload()));
        case FrameBuffer.CLOSE -> ended(String.valueOf(frame.closeCode()));
        default -> swarm.fault(name + " heard a frame of kind " + frame.opcode());
      }
    }
  }

  private void heard(JsonNode said) {
    switch (said.path("type").asText()) {
      case "subscribed" -> subscribed(said);
      case "message" -> {
        if (said.path("channel").asText().equals(channel)) {
          journal.received(Receipt.of(said));
        }
      }
      case "published" -> {
        Position position = Position.in(said);
        checker.acknowledged(value, position, said.get("messageId").asText());
        lastOwnOffset = position.offset();
        acknowledged.incrementAndGet();
        value = "";
      }
      case "draining" -> {
        told.incrementAndGet();
        toldAt = System.nanoTime();
        lastToldAt = toldAt;
        reconnectInMs = said.get("reconnectIn").asLong();
      }
      case "error" -> refused(said);
      default -> {
        // Of no interest here.
      }
    }
  }

  private void subscribed(JsonNode reply) {
    if (reply.get("wasRecovering").asBoolean() && !reply.get("recovered").asBoolean()) {
      swarm.fault(name + " cannot recover from " + journal.last());
    }
    if (journal.last() == null) {
      journal.startedAt(Position.in(reply));
    }
    reply.get("messages").forEach(message -> journal.received(Receipt.of(message)));
    if (!journal.last().equals(Position.in(reply))) {
      swarm.fault(name + " is told to be at " + reply + " but is at " + journal.last());
    }
    live = true;
  }

  private void refused(JsonNode error) {
    if (error.path("id").asLong() != PUBLISH_ID || !error.path("retryable").asBoolean()) {
      swarm.fault(name + " is told " + error);
    } else if (toldAt == 0) {
      // Only a node that has asked it to go may refuse what it sends.
      swarm.fault(name + " is refused " + error);
    }
    again = true;
  }

  private void ended(String why) {
    ends.add(why);
    if (!value.isEmpty() && !again) {
      if (toldAt != 0) {
        longestUnanswered =
            Math.max(longestUnanswered, TimeUnit.NANOSECONDS.toMillis(toldAt - sentAt));
      }
      again = true;
    }
    cut();
    live = false;
    toldAt = 0;
    node = (node + 1) % nodes.size();
    connectAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(reconnectInMs);
    reconnectInMs = RETRY_MS;
  }

  private void command(long id, String type, ObjectNode fields) {
    ObjectNode command = Json.object("id", id, "type", type, "channel", channel);
    command.setAll(fields);
    try {
      byte[] text = command.toString().getBytes(StandardCharsets.UTF_8);
      write(FrameBuffer.frame(FrameBuffer.TEXT, text));
    } catch (IOException e) {
      broken(e);
    }
  }

  /** What the server has said before it closed is still there, when this thread was too busy. */
  private void broken(IOException failure) {
    SocketChannel left = socket;
    try {
      while (left.isOpen() && in.fill(left) > 0) {
        read();
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    if (left.isOpen()) {
      ended("1006 " + failure);
    }
  }

  /** It is little, and the system has room for it. */
  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      socket.write(bytes);
    }
  }

  void cut() {
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        swarm.fault(name + ": " + e);
      }
      socket = null;
    }
  }

  @Override
  public String toString() {
    return name + " at " + journal.last() + ", told " + told + ", ends " + ends;
  }
}
