package dev.parley.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.protocol.ChannelName;
import dev.parley.protocol.ErrorCode;
import dev.parley.protocol.OrgId;
import dev.parley.protocol.Rejection;
import dev.parley.security.Caller;
import dev.parley.security.Callers;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamespacesTest {
  @Test
  void anOperatorAddsANamespaceByNamingAnyOfItsOptions() {
    Namespaces namespaces =
        Declared.namespaces(
            "chat.subscribe", "tenant",
            "chat.publish", "publisher",
            "chat.retention-count", "500",
            "chat.retention-age", "P7D");
    assertThat(namespaces.of(new ChannelName("chat:a")))
        .isEqualTo(plain("chat", Access.TENANT, Access.PUBLISHER, false, 500, Duration.ofDays(7)));
  }

  @Test
  void anOperatorAddsANamespaceByEnvironmentVariables() {
    Namespaces namespaces =
        Declared.namespaces(
            Map.of(
                "PARLEY_CHANNELS_CHAT_SUBSCRIBE", "tenant",
                "PARLEY_CHANNELS_CHAT_RETENTION_COUNT", "500",
                "PARLEY_CHANNELS_NEWS_PUBLISH", "publisher",
                "PARLEY_CHANNELS_INBOX_SUBSCRIBE", "owner",
                "PARLEY_CHANNELS_INBOX_SERVER_SUBSCRIBED", "true",
                "PARLEY_DATABASE_URL", "jdbc:h2:mem:",
                "PATH", "/bin"));
    assertThat(namespaces.all())
        .containsExactlyInAnyOrder(
            plain("chat", Access.TENANT, Access.NOBODY, false, 500, Duration.ZERO),
            plain("news", Access.NOBODY, Access.PUBLISHER, false, 0, Duration.ZERO),
            plain("inbox", Access.OWNER, Access.NOBODY, true, 0, Duration.ZERO));
  }

  private static Namespace plain(
      String name, Access read, Access publish, boolean server, long count, Duration age) {
    return new Namespace(
        name, read, publish, server, count, age, Lane.NORMAL, ConflateBy.NONE, true, false, false);
  }

  @Test
  void aNamespaceHasALaneAndAKeyAndMayStoreNothing() {
    Namespaces namespaces =
        Declared.namespaces(
            Map.of(
                "parley.channels.quote.conflate-by", "/symbol",
                "parley.channels.quote.durable", "false",
                "PARLEY_CHANNELS_ALARM_LANE", "urgent",
                "PARLEY_CHANNELS_SENSOR_CONFLATE_BY", "event",
                "PARLEY_CHANNELS_CURSOR_DURABLE", "false"));
    Namespace quote = namespaces.of(new ChannelName("quote:a"));
    assertThat(quote.durable()).isFalse();
    assertThat(quote.conflateBy()).isEqualTo(ConflateBy.of("/symbol"));
    assertThat(quote.lane()).isEqualTo(Lane.NORMAL);
    assertThat(namespaces.of(new ChannelName("alarm:a")).lane()).isEqualTo(Lane.URGENT);
    assertThat(namespaces.of(new ChannelName("alarm:a")).durable()).isTrue();
    assertThat(namespaces.of(new ChannelName("sensor:a")).conflateBy())
        .isEqualTo(ConflateBy.of("event"));
    assertThat(namespaces.of(new ChannelName("cursor:a")).durable()).isFalse();
  }

  @Test
  void anEnvironmentVariableOverridesAnOptionOfABuiltInNamespace() {
    Namespaces namespaces =
        Declared.namespaces(
            Map.of(
                "parley.channels.room.subscribe", "tenant",
                "PARLEY_CHANNELS_ROOM_RETENTION_AGE", "P1D"));
    assertThat(namespaces.of(new ChannelName("room:a")).retentionAge())
        .isEqualTo(Duration.ofDays(1));
  }

  @Test
  void whatANamespaceDoesNotSayIsClosed() {
    Namespace namespace =
        Declared.namespaces("chat.retention-count", "1").of(new ChannelName("chat:a"));
    assertThat(namespace.subscribe()).isEqualTo(Access.NOBODY);
    assertThat(namespace.publish()).isEqualTo(Access.NOBODY);
    assertThat(namespace.serverSubscribed()).isFalse();
  }

  @Test
  void aNamespaceThatNobodyHasDeclaredIsNotFound() {
    Namespaces namespaces = Declared.namespaces("room.subscribe", "tenant");
    for (String name : new String[] {"other:a", "Room:a", "room.x:a", "bus:a"}) {
      assertThat(Rejection.of(() -> namespaces.of(new ChannelName(name))).code())
          .isEqualTo(ErrorCode.NOT_FOUND);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "subscribe, everyone",
    "subscribe, ''",
    "publish, owner;publisher",
    "server-subscribed, yes",
    "retention-count, many",
    "retention-count, -1",
    "retention-count, 99999999999",
    "retention-age, 30 days",
    "retention-age, -P1D",
    "lane, control",
    "lane, fast",
    "conflate-by, symbol",
    "conflate-by, /a~2b",
    "conflate-by, ''",
    "durable, maybe",
    "presence, some",
    "typing, fast",
  })
  void aMalformedOptionStopsTheStartAndNamesItsKey(String option, String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Declared.namespaces("chat." + option, value))
        .withMessageContaining("parley.channels.chat." + option);
  }

  @ParameterizedTest
  @CsvSource({"tenant", "publisher", "nobody"})
  void onlyANamespaceWithOneChannelForEachCallerCanBeSubscribedByTheServer(String subscribe) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Declared.namespaces("chat.subscribe", subscribe, "chat.server-subscribed", "true"))
        .withMessageContaining("parley.channels.chat.server-subscribed");
  }

  @Test
  void aNamespaceMustHaveANameThatChannelsCanHave() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Declared.namespaces("a/b.subscribe", "tenant"))
        .withMessageContaining("a/b");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Declared.namespaces("n".repeat(65) + ".subscribe", "tenant"))
        .withMessageContaining("nnn");
  }

  @Test
  void theServerSubscribesEachCallerToItsOwnChannels() {
    Namespaces namespaces =
        Declared.namespaces(
            "user.subscribe", "owner",
            "user.server-subscribed", "true",
            "org.subscribe", "org",
            "org.server-subscribed", "true",
            "diary.subscribe", "owner",
            "room.subscribe", "tenant");
    Caller caller = Callers.of(new OrgId("a/b"), "auth0|7");
    assertThat(namespaces.serverSubscribed(caller))
        .containsExactlyInAnyOrder(new ChannelName("user:auth0~7C7"), new ChannelName("org:a~2Fb"));
  }

  @Test
  void aCallerWhoseIdIsTooLongForAChannelNameHasTheOthersOnly() {
    Namespaces namespaces =
        Declared.namespaces(
            "user.subscribe", "owner",
            "user.server-subscribed", "true",
            "org.subscribe", "org",
            "org.server-subscribed", "true");
    assertThat(namespaces.serverSubscribed(Callers.of("|".repeat(100))))
        .containsExactly(new ChannelName("org:acme"));
  }

  /** The table of the documentation, as the defaults in the WAR have it. */
  @ParameterizedTest
  @CsvSource({
    "user, OWNER, PUBLISHER, true, 10000, P30D, NORMAL, false, false",
    "urgent, OWNER, PUBLISHER, true, 10000, P30D, URGENT, false, false",
    "org, ORG, PUBLISHER, true, 10000, P30D, NORMAL, true, false",
    "room, MEMBERS, MEMBERS, false, 1000000, P365D, NORMAL, true, true",
    "direct, PAIR, PAIR, false, 1000000, P365D, NORMAL, false, true",
    "topic, TENANT, PUBLISHER, false, 1000, P1D, NORMAL, false, false",
  })
  void theBuiltInNamespacesAreWhatTheDocumentationSays(
      String name,
      Access subscribe,
      Access publish,
      boolean serverSubscribed,
      long count,
      String age,
      Lane lane,
      boolean presence,
      boolean typing)
      throws IOException {
    assertThat(builtIn().of(new ChannelName(name + ":x")))
        .isEqualTo(
            new Namespace(
                name,
                subscribe,
                publish,
                serverSubscribed,
                count,
                Duration.parse(age),
                lane,
                ConflateBy.NONE,
                true,
                presence,
                typing));
  }

  private static Namespaces builtIn() throws IOException {
    Properties defaults = new Properties();
    try (InputStream in =
        Namespaces.class.getResourceAsStream("/META-INF/microprofile-config.properties")) {
      defaults.load(in);
    }
    return Declared.namespaces(
        defaults.stringPropertyNames().stream()
            .filter(name -> name.startsWith("parley."))
            .collect(Collectors.toMap(name -> name, defaults::getProperty)));
  }

  @Test
  void nobodyIsListedInADirectConversation() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Declared.namespaces(
                    "direct.subscribe",
                    "pair",
                    "direct.publish",
                    "pair",
                    "direct.presence",
                    "true"))
        .withMessageContaining("parley.channels.direct.presence must be false");
  }
}
