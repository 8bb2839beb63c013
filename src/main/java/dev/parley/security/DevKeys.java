package dev.parley.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.util.Base64;

/**
 * The key pair of the development mode. It is made once and kept in a file that only its owner may
 * read, so that tokens outlive a restart; of several processes that start at once, all use the one
 * that came first.
 */
final class DevKeys {
  static final String FILE = "dev-key.json";

  private static final String OWNER_ONLY = "rw-------";

  private DevKeys() {}

  /**
   * The pair in this folder, made if there is none. Any thread, any process.
   *
   * @throws UncheckedIOException when the folder cannot be read or written
   */
  static RSAKey in(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      if (!Files.exists(file)) {
        Files.createDirectories(folder);
        create(file);
      }
      return RSAKey.parse(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("the development key cannot be kept in " + file, e);
    } catch (ParseException e) {
      throw new IllegalStateException(file + " is not a key: delete it, and a new one is made", e);
    }
  }

  /** The public half as PEM, as the server's MicroProfile JWT reads it. */
  static String pem(RSAKey key) {
    try {
      String body =
          Base64.getMimeEncoder(64, new byte[] {'\n'})
              .encodeToString(key.toPublicKey().getEncoded());
      return "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----";
    } catch (JOSEException e) {
      throw new IllegalStateException("every RSA key has a public half", e);
    }
  }

  private static void create(Path file) throws IOException {
    Path whole = Files.createTempFile(file.getParent(), "dev-key", ".tmp", ownerOnly());
    try {
      Files.writeString(whole, generate().toJSONString(), StandardCharsets.UTF_8);
      publish(whole, file);
    } catch (FileAlreadyExistsException e) {
      // Another process came first: its key is the one.
    } finally {
      Files.deleteIfExists(whole);
    }
  }

  /** Gives the written file its name in one step, and never takes it from another. */
  private static void publish(Path whole, Path file) throws IOException {
    try {
      Files.createLink(file, whole);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException e) {
      // No hard links here. Moving looks first, which leaves a moment in which two could collide.
      Files.move(whole, file);
    }
  }

  private static RSAKey generate() {
    try {
      return new RSAKeyGenerator(2048).keyID("parley-dev").keyUse(KeyUse.SIGNATURE).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException("every Java makes RSA keys", e);
    }
  }

  private static FileAttribute<?>[] ownerOnly() {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY))
        }
        : new FileAttribute<?>[0];
  }
}
