package dev.parley.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.RSAKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevKeysTest {
  @TempDir Path folder;

  @Test
  void theKeyOutlivesARestart() {
    RSAKey first = DevKeys.in(folder.resolve("new/data"));
    assertThat(DevKeys.in(folder.resolve("new/data"))).isEqualTo(first);
    assertThat(first.isPrivate()).isTrue();
  }

  @Test
  void onlyTheOwnerMayReadTheKey() throws IOException {
    DevKeys.in(folder);
    assertThat(Files.getPosixFilePermissions(folder.resolve(DevKeys.FILE)))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void allWhoStartAtOnceUseOneKeyAndLeaveNothingElse() throws Exception {
    int starters = 4;
    CyclicBarrier together = new CyclicBarrier(starters);
    ExecutorService pool = Executors.newFixedThreadPool(starters);
    try {
      List<Future<RSAKey>> futures = new ArrayList<>();
      for (int i = 0; i < starters; i++) {
        futures.add(
            pool.submit(
                () -> {
                  together.await();
                  return DevKeys.in(folder);
                }));
      }
      Set<RSAKey> keys = new HashSet<>();
      for (Future<RSAKey> future : futures) {
        keys.add(future.get());
      }
      assertThat(keys).hasSize(1);
    } finally {
      pool.shutdownNow();
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve(DevKeys.FILE));
    }
  }

  @Test
  void aSpoiltFileIsNamed() throws IOException {
    Files.writeString(folder.resolve(DevKeys.FILE), "{}");
    assertThatThrownBy(() -> DevKeys.in(folder)).hasMessageContaining("delete it");
  }

  @Test
  void thePublicHalfIsReadBackFromItsPem() throws Exception {
    RSAKey key = DevKeys.in(folder);
    assertThat(KeyText.parse(DevKeys.pem(key)).getKeys().get(0).toRSAKey().toRSAPublicKey())
        .isEqualTo(key.toRSAPublicKey());
  }
}
