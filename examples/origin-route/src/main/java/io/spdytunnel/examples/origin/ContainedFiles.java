package io.spdytunnel.examples.origin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.apache.catalina.WebResource;
import org.apache.catalina.WebResourceRoot;
import org.apache.catalina.webresources.DirResourceSet;
import org.apache.catalina.webresources.EmptyResource;

/**
 * The files below a directory. Symbolic links are followed as long as they stay inside: Tomcat itself knows only all or
 * none. What leads out, and what is neither file nor directory, does not exist.
 */
final class ContainedFiles extends DirResourceSet {

    private final Path root;

    /** @param root a real path, free of links itself */
    ContainedFiles(WebResourceRoot resources, Path root) {
        super(resources, "/", root.toString(), "/");
        this.root = root;
        setAllowLinking(true);
        setReadOnly(true);
    }

    @Override
    public WebResource getResource(String path) {
        return isInside(path) ? super.getResource(path) : new EmptyResource(getRoot(), path);
    }

    @Override
    public String[] list(String path) {
        return isInside(path) ? super.list(path) : new String[0];
    }

    private boolean isInside(String path) {
        try {
            Path real = root.resolve("." + path).toRealPath();
            return real.startsWith(root) && (Files.isRegularFile(real) || Files.isDirectory(real));
        } catch (IOException | InvalidPathException noSuchFile) {
            return false;
        }
    }
}
