package dev.parley.bench.load;

/** In each channel the members take turns: who has received a message answers it. */
public final class PingPong implements Pace {
  private boolean running;

  @Override
  public void begin(Crowd crowd) {
    running = true;
    stuck(crowd);
  }

  @Override
  public void stuck(Crowd crowd) {
    if (running) {
      crowd.audiences().forEach(audience -> serve(crowd, audience));
    }
  }

  @Override
  public void delivered(Crowd crowd, ClientConnection member, int sequence) {
    Audience audience = member.audience();
    if (running && sequence + 1 == audience.nextSequence() && member == next(audience)) {
      serve(crowd, audience);
    }
  }

  private static ClientConnection next(Audience audience) {
    return audience.members().get(audience.nextSequence() % audience.members().size());
  }

  private static void serve(Crowd crowd, Audience audience) {
    crowd.publish(audience, next(audience), System.nanoTime());
  }

  @Override
  public void end() {
    running = false;
  }
}
