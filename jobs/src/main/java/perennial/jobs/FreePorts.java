package perennial.jobs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * TCP ports that nobody listens at. They lie below those that operating systems give to outgoing connections: one of these could be
 * taken while its process is dead and about to be started again, by a client that tries to reach the process, too.
 */
public final class FreePorts {

    private static final int FIRST = 20_000;
    private static final int END = 32_000;
    private static final int ATTEMPTS = 1_000;

    private FreePorts() {}

    /** {@code wanted}, or a free port where that is 0. */
    public static int wantedOrFree(int wanted) {
        return wanted == 0 ? any() : wanted;
    }

    /** Whether nobody listens at {@code port} on this machine's own address. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static int any() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (isFree(port)) {
                return port;
            }
        }
        throw UserException.failed(
                "there must be free TCP ports between " + FIRST + " and " + END + "; none was found");
    }
}
