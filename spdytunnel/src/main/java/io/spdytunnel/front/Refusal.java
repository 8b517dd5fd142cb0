package io.spdytunnel.front;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.spdytunnel.http.RequestCut;
import io.spdytunnel.http.RequestObserver;
import org.jspecify.annotations.Nullable;

/**
 * A request that is answered here, with a status and one sentence, and never reaches the handler. What follows it on
 * its connection cannot be trusted to begin where it seems to, so the connection ends with it.
 *
 * <p>The sentence goes to a stranger: it says which rule was broken, and repeats nothing of what was sent.
 */
final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient HttpResponseStatus status;
    private final @Nullable String header;
    private final String value;

    Refusal(HttpResponseStatus status, String sentence) {
        this(status, sentence, null, "");
    }

    private Refusal(HttpResponseStatus status, String sentence, @Nullable String header, String value) {
        super(sentence, null, false, false); // the visitor's fault: where in our code it was found tells nothing
        this.status = status;
        this.header = header;
        this.value = value;
    }

    static Refusal malformed(String sentence) {
        return new Refusal(HttpResponseStatus.BAD_REQUEST, sentence);
    }

    /** RFC 9110 15.5.6 asks for the methods that would do; these are examples, any other token is passed on too. */
    static Refusal methodNotAllowed(String sentence) {
        return new Refusal(
                HttpResponseStatus.METHOD_NOT_ALLOWED,
                sentence,
                HttpHeaderNames.ALLOW.toString(),
                "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS");
    }

    static Refusal tryAgainIn(long seconds, HttpResponseStatus status, String sentence) {
        return new Refusal(status, sentence, HttpHeaderNames.RETRY_AFTER.toString(), Long.toString(seconds));
    }

    /** What those hear who hold a part of the request. */
    RequestCut cut() {
        boolean tookTooLong = status.equals(HttpResponseStatus.REQUEST_TIMEOUT);
        return new RequestCut(tookTooLong ? RequestCut.By.CLOCK : RequestCut.By.VISITOR, sentence());
    }

    HttpResponseStatus status() {
        return status;
    }

    String sentence() {
        return String.valueOf(getMessage());
    }

    /** A header that belongs to the status, or null. */
    @Nullable
    String header() {
        return header;
    }

    /** Tells it of a request that ends with this. */
    void tell(RequestObserver observer) {
        observer.refused();
        observer.answered(status.code());
        observer.sent(sentence().length() + 1);
        observer.ended(null);
    }

    String headerValue() {
        return value;
    }
}
