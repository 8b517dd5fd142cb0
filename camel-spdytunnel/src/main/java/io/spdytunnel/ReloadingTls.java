package io.spdytunnel;

import io.spdytunnel.tunnel.TlsEngines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS whose key and trust stores are read again when their files change: a certificate is renewed without a restart, and
 * without ending what is connected. Stores that cannot be read leave the old ones in force.
 */
final class ReloadingTls implements TlsEngines, Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ReloadingTls.class);

    private final String where;
    private final List<Path> files;
    private final Supplier<SSLContext> maker;
    private byte[] hash; // guarded by this
    private @Nullable String complaint; // guarded by this
    private volatile SSLContext context;

    /**
     * @param where which endpoint it is for, for messages
     * @param maker reads the stores; throws {@link IllegalArgumentException}
     */
    ReloadingTls(String where, @Nullable SSLContextParameters parameters, Supplier<SSLContext> maker) {
        this.where = where;
        this.files = parameters == null ? List.of() : filesOf(parameters);
        this.maker = maker;
        this.hash = hash();
        this.context = maker.get();
    }

    @Override
    public SSLEngine forProxy() {
        return context.createSSLEngine();
    }

    @Override
    public SSLEngine forOrigin(String host, int port) {
        return context.createSSLEngine(host, port);
    }

    /** What has to be called now and then, where it may block. */
    List<Runnable> readers() {
        return files.isEmpty() ? List.of() : List.of(this);
    }

    @Override
    public synchronized void run() {
        byte[] now = hash();
        if (Arrays.equals(hash, now)) {
            return;
        }
        try {
            context = maker.get();
            hash = now;
            complaint = null;
            LOG.info("{}: key or trust store has changed and was read again", where);
        } catch (IllegalArgumentException unreadable) {
            String reason = String.valueOf(unreadable.getMessage());
            if (!reason.equals(complaint)) {
                LOG.warn("{}; what was read before stays in force", reason);
            }
            complaint = reason;
        }
    }

    private byte[] hash() {
        try {
            MessageDigest sum = MessageDigest.getInstance("SHA-256");
            for (Path file : files) {
                sum.update(Files.isReadable(file) ? Files.readAllBytes(file) : new byte[0]);
            }
            return sum.digest();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        } catch (IOException gone) {
            return new byte[0]; // just being replaced; the next look finds it
        }
    }

    private static List<Path> filesOf(SSLContextParameters parameters) {
        KeyStoreParameters keys = parameters.getKeyManagers() == null
                ? null
                : parameters.getKeyManagers().getKeyStore();
        KeyStoreParameters trust = parameters.getTrustManagers() == null
                ? null
                : parameters.getTrustManagers().getKeyStore();
        return Stream.of(keys, trust)
                .filter(Objects::nonNull)
                .map(KeyStoreParameters::getResource)
                .filter(resource -> resource != null && !resource.startsWith("classpath:"))
                .map(SecretFiles::path)
                .filter(Files::isRegularFile)
                .distinct()
                .toList();
    }
}
