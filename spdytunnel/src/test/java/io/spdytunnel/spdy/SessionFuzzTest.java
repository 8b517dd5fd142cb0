package io.spdytunnel.spdy;

import org.junit.jupiter.api.Test;

/**
 * Recorded sessions, changed at random and told to an end of either role (DEFENCES row 12).
 *
 * <p>Some seconds in every build, from another seed each time. As long as you like, or one case again:
 *
 * <pre>
 *     mvn test -pl camel-spdytunnel -Dtest=SessionFuzzTest -Dfuzz.cases=1000000
 *     mvn test -pl camel-spdytunnel -Dtest=SessionFuzzTest -Dfuzz.seed=4711 -Dfuzz.cases=1
 * </pre>
 */
class SessionFuzzTest {

    @Test
    void row12AnyMutationOfARecordedSessionEndsOrIsSurvived() {
        new FuzzRun(
                        (random, mostRunning, buffers) -> new FuzzedApplication(random, mostRunning),
                        LegalFrames.OwnResets.NEVER)
                .run();
    }
}
