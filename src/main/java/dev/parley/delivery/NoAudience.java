package dev.parley.delivery;

import dev.parley.cluster.Envelope;
import dev.parley.protocol.ChannelKey;
import dev.parley.protocol.PresentUser;
import jakarta.enterprise.inject.Vetoed;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stands for the audience where no feature wants to be one. */
@Vetoed
final class NoAudience implements Audience {
  @Override
  public void arrived(Reader reader) {}

  @Override
  public void gone(Reader reader) {}

  @Override
  public void joined(Reader reader, ChannelKey channel) {}

  @Override
  public void left(Reader reader, ChannelKey channel) {}

  @Override
  public @Nullable List<PresentUser> watch(Reader reader, ChannelKey channel) {
    return null;
  }

  @Override
  public void heard(Envelope signal) {}
}
