package io.spdytunnel.tunnel;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Finds a host's addresses without blocking the caller. */
@FunctionalInterface
public interface NameLookup {

    /** All addresses, best first; completes on any thread. */
    CompletionStage<List<InetAddress>> lookup(String host);

    /**
     * Asks the platform, which blocks, on a thread for each question. While an answer is outstanding, no second
     * question is asked: otherwise a name server that hangs would cost one thread for each dial.
     */
    static NameLookup platform() {
        return new NameLookup() {
            private @Nullable CompletableFuture<List<InetAddress>> outstanding;

            @Override
            public synchronized CompletionStage<List<InetAddress>> lookup(String host) {
                if (outstanding != null && !outstanding.isDone()) {
                    return outstanding;
                }
                CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
                outstanding = answer;
                if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
                    ask(host, answer); // only parses
                } else {
                    Thread asking = new Thread(() -> ask(host, answer), "spdytunnel-lookup-" + host);
                    asking.setDaemon(true);
                    asking.start();
                }
                return answer;
            }
        };
    }

    private static void ask(String host, CompletableFuture<List<InetAddress>> answer) {
        try {
            answer.complete(List.of(InetAddress.getAllByName(host)));
        } catch (UnknownHostException | SecurityException unknown) {
            answer.completeExceptionally(new DialFailedException("host " + host + " is not known"));
        }
    }
}
