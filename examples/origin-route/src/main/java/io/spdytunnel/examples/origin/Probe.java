package io.spdytunnel.examples.origin;

import io.spdytunnel.http.HttpBody;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.ObjectHelper;

/**
 * Answers that help who sets up a tunnel: what arrives here, how fast bytes flow, what becomes of slow and of failing
 * requests. Everything streams, and no answer holds a thread while it waits.
 *
 * <pre>
 * /probe/echo           the request's body back, while it arrives
 * /probe/headers        the request's headers, one "name: value" a line
 * /probe/bytes/{n}      n bytes, the same each time
 * /probe/delay/{ms}     an answer after so many milliseconds
 * /probe/status/{code}  an answer with this status, 200 to 599
 * /probe/events         an event stream, one event a second, the first at once
 * </pre>
 */
public final class Probe extends AsyncProcessorSupport implements AutoCloseable {

    private static final String PREFIX = "/probe/";

    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(step -> daemon(step, "probe-clock"));
    private final ExecutorService readers = Executors.newCachedThreadPool(step -> daemon(step, "probe-reader"));

    private static Thread daemon(Runnable step, String name) {
        Thread thread = new Thread(step, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Message message = exchange.getMessage();
        String path = message.getHeader(Exchange.HTTP_PATH, "", String.class);
        String[] asked = path.substring(PREFIX.length()).split("/", 2);
        String argument = asked.length > 1 ? asked[1] : "";
        try {
            switch (asked[0]) {
                case "echo" -> echo(message);
                case "headers" -> headers(message);
                case "bytes" -> bytes(message, number("bytes", argument, Long.MAX_VALUE));
                case "delay" -> {
                    long millis = number("delay", argument, TimeUnit.DAYS.toMillis(1));
                    var unused =
                            clock.schedule(() -> delayed(message, millis, callback), millis, TimeUnit.MILLISECONDS);
                    return false;
                }
                case "status" -> status(message, number("status", argument, 599));
                case "events" -> events(message);
                default -> text(message, 404, "no such probe: " + path);
            }
        } catch (IllegalArgumentException wrong) {
            text(message, 400, String.valueOf(wrong.getMessage()));
        }
        callback.done(true);
        return true;
    }

    private static void echo(Message message) {
        String type = message.getHeader(Exchange.CONTENT_TYPE, "application/octet-stream", String.class);
        Object body = message.getBody();
        answer(message, 200, type, body == null ? "" : body);
    }

    private static void headers(Message message) {
        String lines = message.getHeaders().entrySet().stream()
                .filter(header -> !header.getKey().regionMatches(true, 0, "Camel", 0, 5))
                .map(Probe::lines)
                .collect(Collectors.joining());
        answer(message, 200, "text/plain; charset=iso-8859-1", lines);
    }

    /** A name that came several times has a list of values. */
    private static String lines(Map.Entry<String, Object> header) {
        StringBuilder lines = new StringBuilder();
        ObjectHelper.createIterator(header.getValue(), null)
                .forEachRemaining(value ->
                        lines.append(header.getKey()).append(": ").append(value).append('\n'));
        return lines.toString();
    }

    private void bytes(Message message, long count) {
        HttpBody body = count == 0 ? HttpBody.empty() : HttpBody.from(new GeneratedBytes(count), count, readers);
        answer(message, 200, "application/octet-stream", body);
        message.setHeader("Content-Length", count);
    }

    private static void delayed(Message message, long millis, AsyncCallback callback) {
        text(message, 200, "answered after " + millis + " ms");
        callback.done(false);
    }

    private static void status(Message message, long code) {
        if (code < 200) {
            throw new IllegalArgumentException("/probe/status/{code} takes a final status, from 200 to 599");
        }
        if (code == 204 || code == 304) {
            answer(message, code, "text/plain", "");
        } else {
            text(message, code, "status " + code);
        }
    }

    private void events(Message message) {
        answer(message, 200, "text/event-stream", EventStream.start(clock));
        message.setHeader("Cache-Control", "no-cache");
    }

    private static long number(String probe, String argument, long most) {
        try {
            long number = Long.parseLong(argument);
            if (number >= 0 && number <= most && Character.isDigit(argument.charAt(0))) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // said below
        }
        throw new IllegalArgumentException(String.format(
                Locale.ROOT, "/probe/%s/ takes a number from 0 to %d, not \"%s\"", probe, most, argument));
    }

    private static void text(Message message, long code, String line) {
        answer(message, code, "text/plain; charset=utf-8", line + "\n");
    }

    private static void answer(Message message, long code, String type, Object body) {
        message.removeHeaders("*"); // the request's are no answer
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, (int) code);
        message.setHeader(Exchange.CONTENT_TYPE, type);
        message.setBody(body);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        readers.shutdownNow();
    }
}
