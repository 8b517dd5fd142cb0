package io.spdytunnel.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A key and a certificate for the tunnel, fresh for each run. */
final class Keys {

    static final String PASSWORD = "changeit";

    private final Path directory;

    Keys(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        keytool("-genkeypair -alias proxy -keyalg EC -groupname secp256r1 -dname CN=localhost"
                + " -ext san=dns:localhost,ip:127.0.0.1 -keystore " + keystore());
        keytool("-exportcert -alias proxy -keystore " + keystore() + " -file " + directory.resolve("proxy.cer"));
        keytool("-importcert -noprompt -alias proxy -keystore " + truststore() + " -file "
                + directory.resolve("proxy.cer"));
    }

    Path keystore() {
        return directory.resolve("proxy.p12");
    }

    Path truststore() {
        return directory.resolve("trust.p12");
    }

    private static void keytool(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments.split(" ", -1)));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        Command.run(60, command);
    }

    /** Key and certificate in one file, as OpenSSL's users want them. */
    Path pem() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keystore())) {
            store.load(in, PASSWORD.toCharArray());
        }
        Key key = store.getKey("proxy", PASSWORD.toCharArray());
        Path file = directory.resolve("proxy.pem");
        Files.writeString(
                file,
                block("CERTIFICATE", store.getCertificate("proxy").getEncoded())
                        + block("PRIVATE KEY", key.getEncoded()));
        return file;
    }

    private static String block(String what, byte[] bytes) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }
}
