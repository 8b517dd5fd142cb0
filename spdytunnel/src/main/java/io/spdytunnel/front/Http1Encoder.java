package io.spdytunnel.front;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpStatusClass;

/** Netty's response encoder, told which request it answers: only then it can know that a reply has no body. */
final class Http1Encoder extends HttpResponseEncoder {

    private boolean answersHead;

    /** Called with each request, of which there is one at a time. */
    void answers(HttpMethod method) {
        answersHead = method.equals(HttpMethod.HEAD);
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse response) {
        return (answersHead && response.status().codeClass() != HttpStatusClass.INFORMATIONAL)
                || super.isContentAlwaysEmpty(response);
    }
}
