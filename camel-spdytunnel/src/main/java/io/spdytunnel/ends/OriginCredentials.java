package io.spdytunnel.ends;

import io.spdytunnel.auth.KeyAlgorithm;
import io.spdytunnel.auth.KeyFile;
import io.spdytunnel.auth.LiveFile;
import io.spdytunnel.auth.OriginKey;
import io.spdytunnel.auth.SignedAnswer;
import io.spdytunnel.options.EndpointOptions;
import io.spdytunnel.options.TunnelEnd;
import io.spdytunnel.tunnel.Credentials;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An origin's credentials and its name, from its options. */
public final class OriginCredentials {

    private static final Logger LOG = LoggerFactory.getLogger(OriginCredentials.class);

    private final List<Runnable> readers = new ArrayList<>();
    private final String name;
    private Credentials credentials = Credentials.NONE;

    /**
     * Reads files, and may create the key file. Blocks. @throws IllegalArgumentException saying which option is wrong
     */
    public OriginCredentials(TunnelEnd endpoint) {
        EndpointOptions options = endpoint.getConfiguration();
        check(options);
        if (options.getToken() != null) {
            credentials = credentials.and(Credentials.bearer(SecretFiles.secret("token", options.getToken(), readers)));
        }
        if (options.getUsername() != null && options.getPassword() != null) {
            credentials = credentials.and(Credentials.basic(
                    options.getUsername(), SecretFiles.secret("password", options.getPassword(), readers)));
        }
        name = options.getKey() == null ? endpoint.getOrigin() : withKey(endpoint, options);
        if (TunnelEnd.ANY.equals(name)) {
            throw new IllegalArgumentException(
                    endpoint + ": a consumer registers one name; its name can be * only with the"
                            + " option key, because the name is then derived from the key");
        }
    }

    private String withKey(TunnelEnd endpoint, EndpointOptions options) {
        Path file = SecretFiles.path(options.getKey());
        LiveFile<OriginKey> key = KeyFile.live(file, KeyAlgorithm.ofCurve(options.getKeyAlgorithm()));
        String session = options.getKeySession() == null ? "" : options.getKeySession();
        if (!endpoint.isForAnyOrigin()) {
            readers.add(key);
            credentials = credentials.and(Credentials.answering(new SignedAnswer(key, session)));
            return endpoint.getOrigin();
        }
        OriginKey first = key.get();
        readers.add(new KeptKey(key, first));
        credentials = credentials.and(Credentials.answering(new SignedAnswer(() -> first, session)));
        String made = first.thumbprint().name(session);
        LOG.info("origin {}: its name is derived from the {} in {}", made, first, file);
        return made;
    }

    private static void check(EndpointOptions options) {
        if ((options.getUsername() == null) != (options.getPassword() == null)) {
            throw new IllegalArgumentException("options username and password go together, and one of them is missing");
        }
        if (options.getKeySession() != null && options.getKey() == null) {
            throw new IllegalArgumentException(
                    "option keySession is a part of the name that is derived from a key; it needs the option key");
        }
    }

    /** The name that is registered. */
    public String name() {
        return name;
    }

    public Credentials credentials() {
        return credentials;
    }

    /** What has to be called now and then, where it may block. */
    public List<Runnable> readers() {
        return readers;
    }

    /**
     * An origin whose name is derived from its key keeps that key as long as it runs, because visitors know it by that
     * name.
     */
    private static final class KeptKey implements Runnable {

        private final LiveFile<OriginKey> file;
        private final OriginKey kept;
        private @Nullable OriginKey warnedOf;

        KeptKey(LiveFile<OriginKey> file, OriginKey kept) {
            this.file = file;
            this.kept = kept;
        }

        @Override
        public void run() {
            file.run();
            OriginKey now = file.get();
            if (!now.thumbprint().equals(kept.thumbprint()) && now != warnedOf) {
                warnedOf = now;
                LOG.warn(
                        "the key file now holds the {}; until its restart the origin keeps the {}, from which its"
                                + " name is derived",
                        now,
                        kept);
            }
        }
    }

    /** For messages; shows no secret. */
    @Override
    public String toString() {
        return name + " with " + credentials;
    }
}
