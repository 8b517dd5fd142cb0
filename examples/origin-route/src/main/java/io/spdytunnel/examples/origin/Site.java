package io.spdytunnel.examples.origin;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.WebResourceSet;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.catalina.webresources.StandardRoot;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory behind an HTTP server on a port of loopback: Tomcat's DefaultServlet, which knows listings, types,
 * ranges and conditional requests. The route hands requests on to {@link #url}.
 *
 * <p>Files are sent from the poller's thread, so a visitor who has stopped reading holds none.
 */
public final class Site {

    private static final Logger LOG = LoggerFactory.getLogger(Site.class);

    /** The tunnel decides how long a body may be silent; this is for what it has forgotten. */
    private static final int SILENCE_MILLIS = 600_000;

    private final Tomcat tomcat = new Tomcat();
    private @Nullable String directory;
    private @Nullable Path scratch;

    public void setDirectory(String directory) {
        this.directory = directory;
    }

    /** Where the server listens; {@code http://127.0.0.1:port}. */
    public String url() {
        return "http://127.0.0.1:" + tomcat.getConnector().getLocalPort();
    }

    public void start() throws IOException, LifecycleException {
        Path root = rootOf(directory);
        scratch = Files.createTempDirectory("origin-route");
        tomcat.setBaseDir(scratch.toString());
        tomcat.setSilent(true);
        tomcat.setConnector(connector());
        withoutServersName((StandardHost) tomcat.getHost());
        serve(root);
        tomcat.start();
        if (!tomcat.getConnector().getState().isAvailable()) {
            throw new IOException("the file server found no free port on loopback");
        }
        LOG.info("serving {} at {}", root, url());
    }

    private static Path rootOf(@Nullable String directory) throws IOException {
        Path given = Path.of(directory == null ? "" : directory);
        if (directory == null || directory.isBlank() || !Files.isDirectory(given) || !Files.isReadable(given)) {
            throw new IOException(
                    "the property site.dir is \"" + directory + "\", which is no directory that can be read");
        }
        return given.toRealPath();
    }

    private static Connector connector() {
        Connector connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");
        connector.setPort(0);
        connector.setProperty("address", InetAddress.getLoopbackAddress().getHostAddress());
        connector.setProperty("connectionTimeout", Integer.toString(SILENCE_MILLIS));
        connector.setProperty("keepAliveTimeout", "60000");
        connector.setProperty("maxKeepAliveRequests", "-1");
        connector.setProperty("minSpareThreads", "2");
        // so that a slow visitor's file moves often in small steps, and not seldom in megabytes
        connector.setProperty("socket.txBufSize", Integer.toString(256 * 1024));
        return connector;
    }

    private static void withoutServersName(StandardHost host) {
        host.setErrorReportValveClass(QuietErrors.class.getName());
    }

    private void serve(Path root) {
        Context context = tomcat.addContext("", root.toString());
        StandardRoot resources = new StandardRoot(context) {
            @Override
            protected WebResourceSet createMainResourceSet() {
                return new ContainedFiles(this, root);
            }
        };
        resources.setCachingAllowed(false); // a changed file is served changed
        context.setResources(resources);
        context.addWelcomeFile("index.html");
        Tomcat.addDefaultMimeTypeMappings(context);
        for (String text : List.of("md", "log", "yaml", "yml")) {
            context.addMimeMapping(text, "text/plain");
        }
        Wrapper files = Tomcat.addServlet(context, "files", new FileServlet());
        files.addInitParameter("listings", "true");
        context.addServletMappingDecoded("/", "files");
    }

    public void stop() throws IOException, LifecycleException {
        tomcat.stop();
        tomcat.destroy();
        if (scratch != null) {
            try (Stream<Path> left = Files.walk(scratch)) {
                left.sorted(Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            }
        }
    }

    /** Error pages that do not say which server made them. Public since Tomcat makes it by name. */
    public static final class QuietErrors extends ErrorReportValve {

        public QuietErrors() {
            setShowServerInfo(false);
            setShowReport(false);
        }
    }
}
