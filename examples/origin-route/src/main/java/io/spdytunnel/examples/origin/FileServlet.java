package io.spdytunnel.examples.origin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.WebResource;
import org.apache.catalina.servlets.DefaultServlet;

/** Tomcat's server of files, but for two of its habits. */
final class FileServlet extends DefaultServlet {

    private static final long serialVersionUID = 1L;

    /**
     * A strong one of length and time, as nginx and Apache have it. Tomcat's own is either weak, with which no download
     * can be resumed (If-Range, RFC 9110 13.1.5), or made from the content, which takes a minute for a film.
     */
    @Override
    protected String generateETag(WebResource file) {
        return "\"" + Long.toHexString(file.getContentLength()) + "-" + Long.toHexString(file.getLastModified()) + "\"";
    }

    /** Files are not posted to; Tomcat would answer as to GET. */
    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Allow", "GET, HEAD, OPTIONS");
        response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
    }
}
