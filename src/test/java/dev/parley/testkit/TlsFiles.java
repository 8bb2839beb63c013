package dev.parley.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;

/**
 * A fresh key with a certificate that it has signed itself, as servers that are no Java program
 * read them, and what Java needs to trust it.
 *
 * @param certificate in PEM
 * @param key in PEM, without a password
 * @param trustStore PKCS #12 with {@link #PASSWORD}
 */
public record TlsFiles(Path certificate, Path key, Path trustStore) {
  public static final String PASSWORD = "changeit";

  private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

  /** For a server that is called so. */
  public static TlsFiles of(String host) {
    try {
      Path all = Files.createDirectories(BuildOutput.target().resolve("tls"));
      Path folder = Files.createTempDirectory(all, host + "-");
      KeyStore made = make(host, folder.resolve("key.p12"));
      Certificate certificate = made.getCertificate("key");
      byte[] key = made.getKey("key", PASSWORD.toCharArray()).getEncoded();
      return new TlsFiles(
          pem(folder.resolve("certificate.pem"), "CERTIFICATE", certificate.getEncoded()),
          pem(folder.resolve("key.pem"), "PRIVATE KEY", key),
          trusting(folder.resolve("trust.p12"), certificate));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a key was made", e);
    }
  }

  /** The options for a Java virtual machine that trusts this certificate, and no other. */
  public List<String> trustOptions() {
    return List.of(
        "-Djavax.net.ssl.trustStore=" + trustStore,
        "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
  }

  private static KeyStore make(String host, Path file)
      throws IOException, InterruptedException, GeneralSecurityException {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder(
                List.of(
                    keytool,
                    "-genkeypair",
                    "-alias",
                    "key",
                    "-keyalg",
                    "EC",
                    "-groupname",
                    "secp256r1",
                    "-dname",
                    "CN=" + host,
                    "-ext",
                    "san=dns:" + host,
                    "-validity",
                    "30",
                    "-storetype",
                    "PKCS12",
                    "-storepass",
                    PASSWORD,
                    "-keystore",
                    file.toString()))
            .inheritIO()
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("keytool has failed");
    }
    KeyStore made = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      made.load(in, PASSWORD.toCharArray());
    }
    return made;
  }

  private static Path trusting(Path file, Certificate certificate)
      throws IOException, GeneralSecurityException {
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("server", certificate);
    try (OutputStream out = Files.newOutputStream(file)) {
      trust.store(out, PASSWORD.toCharArray());
    }
    return file;
  }

  private static Path pem(Path file, String what, byte[] content) throws IOException {
    String text =
        "-----BEGIN "
            + what
            + "-----\n"
            + BASE64.encodeToString(content)
            + "\n-----END "
            + what
            + "-----\n";
    return Files.writeString(file, text, US_ASCII);
  }
}
