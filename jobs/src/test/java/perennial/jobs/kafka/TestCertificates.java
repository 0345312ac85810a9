package perennial.jobs.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Keys and certificates that live as long as a test, made by the JDK's keytool: an authority and whom it vouches for. */
public final class TestCertificates {

    /** Of every store and key here. */
    public static final String PASSWORD = "planted-store-secret";

    private static final String AUTHORITY = "authority";
    private static final Base64.Encoder MIME = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    private final Path folder;

    /** An authority of its own, which vouches for a server on 127.0.0.1. */
    public TestCertificates(Path folder) throws IOException, GeneralSecurityException {
        this.folder = folder;
        keytool(store(AUTHORITY), "-genkeypair", AUTHORITY, "-ext", "bc:c");
        vouchFor("server", "CN=server", "-ext", "san=ip:127.0.0.1,dns:localhost");
        try (var out = Files.newOutputStream(trusted())) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(AUTHORITY, load(AUTHORITY).getCertificate(AUTHORITY));
            trusted.store(out, PASSWORD.toCharArray());
        }
    }

    /** A PKCS #12 file that holds the authority's certificate only. */
    public Path trusted() {
        return folder.resolve("trusted.p12");
    }

    /** The PKCS #12 file with the key and certificates of {@code name}. */
    public Path store(String name) {
        return folder.resolve(name + ".p12");
    }

    /** Makes a key for {@code name} that the authority vouches for. */
    public void vouchFor(String name, String subject, String... more) throws IOException, GeneralSecurityException {
        Path store = Files.copy(store(AUTHORITY), store(name));
        List<String> arguments = new ArrayList<>(List.of(more));
        arguments.addAll(List.of("-dname", subject, "-signer", AUTHORITY, "-signerkeypass", PASSWORD));
        keytool(store, "-genkeypair", name, arguments.toArray(String[]::new));
        // Nobody but the authority itself is to have its key.
        KeyStore keys = load(name);
        keys.deleteEntry(AUTHORITY);
        try (var out = Files.newOutputStream(store)) {
            keys.store(out, PASSWORD.toCharArray());
        }
    }

    /** The same as an older JKS file. */
    public Path jks(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = load(store);
        KeyStore older = KeyStore.getInstance("JKS");
        older.load(null, null);
        for (String alias : java.util.Collections.list(keys.aliases())) {
            if (keys.isKeyEntry(alias)) {
                older.setKeyEntry(
                        alias,
                        keys.getKey(alias, PASSWORD.toCharArray()),
                        PASSWORD.toCharArray(),
                        keys.getCertificateChain(alias));
            } else {
                older.setCertificateEntry(alias, keys.getCertificate(alias));
            }
        }
        Path file = store.resolveSibling(store.getFileName().toString().replace(".p12", ".jks"));
        try (var out = Files.newOutputStream(file)) {
            older.store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    /** The authority's certificate as PEM text. */
    public String authorityPem() throws IOException, GeneralSecurityException {
        return pem("CERTIFICATE", load(AUTHORITY).getCertificate(AUTHORITY).getEncoded());
    }

    /** The private key of {@code name} as PEM text. */
    public String keyPem(String name) throws IOException, GeneralSecurityException {
        Key key = load(name).getKey(name, PASSWORD.toCharArray());
        return pem("PRIVATE KEY", key.getEncoded());
    }

    /** The certificates of {@code name}, its own first, as PEM text. */
    public String chainPem(String name) throws IOException, GeneralSecurityException {
        StringBuilder chain = new StringBuilder();
        for (Certificate certificate : load(name).getCertificateChain(name)) {
            chain.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        return chain.toString();
    }

    private KeyStore load(String name) throws IOException, GeneralSecurityException {
        return load(store(name));
    }

    private static KeyStore load(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream stream = Files.newInputStream(store)) {
            keys.load(stream, PASSWORD.toCharArray());
        }
        return keys;
    }

    private static String pem(String kind, byte[] bytes) {
        return "-----BEGIN " + kind + "-----\n" + MIME.encodeToString(bytes) + "\n-----END " + kind + "-----\n";
    }

    private static void keytool(Path store, String task, String alias, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                task,
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
        command.addAll(List.of(more));
        if (!command.contains("-dname")) {
            command.addAll(List.of("-dname", "CN=" + alias));
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException("keytool failed: " + said);
        }
    }
}
