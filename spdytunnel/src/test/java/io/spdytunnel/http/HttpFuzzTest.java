package io.spdytunnel.http;

import io.spdytunnel.spdy.FuzzRun;
import io.spdytunnel.spdy.LegalFrames;
import org.junit.jupiter.api.Test;

/**
 * The recorded sessions of the floor below, changed at random and told to ends that speak HTTP: to {@link HttpServing}
 * as the origin, to {@link HttpCalls} as the proxy (DEFENCES row 12).
 *
 * <p>Some seconds in every build, from another seed each time. As long as you like, or one case again:
 *
 * <pre>
 *     mvn test -pl camel-spdytunnel -Dtest=HttpFuzzTest -Dfuzz.cases=1000000
 *     mvn test -pl camel-spdytunnel -Dtest=HttpFuzzTest -Dfuzz.seed=4711 -Dfuzz.cases=1
 * </pre>
 */
class HttpFuzzTest {

    @Test
    void row12AnyMutationOfARecordedSessionEndsOrIsSurvivedByHttp() {
        new FuzzRun(FuzzedHttp::new, LegalFrames.OwnResets.ALLOWED).run();
    }
}
