package io.spdytunnel.tls;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ResourceLoader;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;

/** The files from which key store and trust store are read, if they are files. */
public record StoreFiles(List<Path> paths) {

    /** Identifies the content of the files, with links followed. A missing file has a state of its own. */
    record Stamp(List<String> states) {}

    public static StoreFiles of(CamelContext camel, SSLContextParameters parameters) {
        List<Path> paths = new ArrayList<>();
        if (parameters.getKeyManagers() != null) {
            add(camel, parameters.getKeyManagers().getKeyStore(), paths);
        }
        if (parameters.getTrustManagers() != null) {
            add(camel, parameters.getTrustManagers().getKeyStore(), paths);
        }
        return new StoreFiles(List.copyOf(paths));
    }

    private static void add(CamelContext camel, @Nullable KeyStoreParameters store, List<Path> to) {
        if (store == null || store.getResource() == null) {
            return;
        }
        ResourceLoader loader = PluginHelper.getResourceLoader(camel);
        URI uri = loader.resolveResource(camel.resolvePropertyPlaceholders(store.getResource()))
                .getURI();
        if (uri != null && "file".equals(uri.getScheme())) {
            Path path = Path.of(uri);
            if (!to.contains(path)) {
                to.add(path);
            }
        }
    }

    boolean isEmpty() {
        return paths.isEmpty();
    }

    Stamp stamp() {
        return new Stamp(paths.stream().map(StoreFiles::state).toList());
    }

    /** Compares the content: file times are too coarse on some file systems, and some tools do not change them. */
    private static String state(Path path) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path));
            return HexFormat.of().formatHex(hash);
        } catch (IOException gone) {
            return "gone"; // or just being replaced; the next look finds it
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return paths.toString();
    }
}
