package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;

import io.spdytunnel.session.Role;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recorded sessions, changed at random and told to an end of either role: some seconds of it, from another seed each
 * time, or what {@code fuzz.cases} and {@code fuzz.seed} say. A case that fails names the seed with which it is the
 * first and only one.
 */
public final class FuzzRun {

    private static final Logger LOG = LoggerFactory.getLogger(FuzzRun.class);

    private static final long SECONDS = Long.getLong("fuzz.seconds", 4);
    private static final long CASES = Long.getLong("fuzz.cases", 0);
    private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());
    private static final Duration LONGEST_CASE = Duration.ofSeconds(10);

    private final Map<Role, List<List<byte[]>>> recordings = new EnumMap<>(Map.of(
            Role.INITIATOR, RecordedSessions.to(Role.INITIATOR),
            Role.RESPONDER, RecordedSessions.to(Role.RESPONDER)));

    private long longestNanos;
    private long longestSeed;
    private long survived;

    private final FuzzedSession.Floor floor;
    private final LegalFrames.OwnResets ownResets;

    /**
     * @param floor what stands above the session
     * @param ownResets whether it may cut streams because of what went wrong there
     */
    public FuzzRun(FuzzedSession.Floor floor, LegalFrames.OwnResets ownResets) {
        this.floor = floor;
        this.ownResets = ownResets;
    }

    /** Each case ends or is survived, and nothing is left behind. */
    public void run() {
        LOG.info("fuzz.seed={}", SEED);
        long began = System.nanoTime();
        long until = began + TimeUnit.SECONDS.toNanos(SECONDS);
        long done = 0;
        while (CASES > 0 ? done < CASES : System.nanoTime() < until) {
            runTimed(SEED + done);
            done++;
        }
        LOG.info(
                "{} mutations in {} s, {} of them survived, from fuzz.seed={}; the longest took {} ms, fuzz.seed={}",
                done,
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began),
                survived,
                SEED,
                TimeUnit.NANOSECONDS.toMillis(longestNanos),
                longestSeed);
        assertThat(survived).as("sessions that lived on").isBetween(done / 10, done - done / 10);
        assertThat(longestNanos).as("fuzz.seed=%s", longestSeed).isLessThan(LONGEST_CASE.toNanos());
    }

    private void runTimed(long seed) {
        long before = System.nanoTime();
        run(seed);
        long took = System.nanoTime() - before;
        if (took > longestNanos) {
            longestNanos = took;
            longestSeed = seed;
        }
    }

    private void run(long seed) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L); // or neighbours would begin alike
        Role role = random.nextBoolean() ? Role.INITIATOR : Role.RESPONDER;
        Mutation mutation = new Mutation(random);
        byte[] bytes = mutation.of(recordings.get(role));
        FuzzedSession session = new FuzzedSession(role, random, floor, ownResets);
        try {
            session.isFed(bytes, mutation);
            if (session.worksOrHasEnded()) {
                survived++;
            }
            session.leavesNothingBehind();
        } catch (Throwable found) {
            session.isForgotten();
            Assertions.fail("-Dfuzz.seed=" + seed + " -Dfuzz.cases=1 (" + role + "): " + found.getMessage(), found);
        }
    }
}
