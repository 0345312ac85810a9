package perennial.jobs.dashboard;

/**
 * Where a dashboard listens.
 *
 * @param host name or address of this machine
 * @param port TCP port; 0 for any that is free
 * @param orNext whether the next free port will do where this one is taken
 */
public record DashboardAddress(String host, int port, boolean orNext) {

    /** Reached from this machine and by nobody outside it. */
    public static final String LOOPBACK = "127.0.0.1";

    /** Where it is looked for unless something else is said. */
    public static final int USUAL_PORT = 8090;

    public DashboardAddress {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("a port is a number from 0 to 65535: port=" + port);
        }
    }
}
