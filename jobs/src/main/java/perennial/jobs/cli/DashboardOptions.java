package perennial.jobs.cli;

import java.io.PrintWriter;
import java.util.Optional;
import perennial.jobs.UserException;
import perennial.jobs.dashboard.Dashboard;
import perennial.jobs.dashboard.DashboardAddress;
import perennial.jobs.dashboard.DashboardSource;
import picocli.CommandLine.Option;

/** The options of a dashboard that a command has beside its work: a mixin for picocli. */
public final class DashboardOptions {

    @Option(
            names = "--dashboard",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Serve a web page that shows the learners (the default); --no-dashboard for none.")
    private boolean wanted;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port of the dashboard; 0 for any. Without it the first free one from "
                    + DashboardAddress.USUAL_PORT + " on.")
    private Integer port;

    /** Where to listen; empty where no dashboard is wanted. */
    Optional<DashboardAddress> address() {
        if (!wanted) {
            if (port != null) {
                throw UserException.usage("--port is of the dashboard: leave out one of --port and --no-dashboard");
            }
            return Optional.empty();
        }
        return Optional.of(address(DashboardAddress.LOOPBACK, port));
    }

    /** Where a dashboard listens that was asked for with these options; {@code port} is null where it was not given. */
    static DashboardAddress address(String host, Integer port) {
        if (port != null && (port < 0 || port > 65535)) {
            throw UserException.usage("--port must be from 0 to 65535: port=" + port);
        }
        return port == null
                ? new DashboardAddress(host, DashboardAddress.USUAL_PORT, true)
                : new DashboardAddress(host, port, false);
    }

    /**
     * Starts the dashboard, if one is wanted. A job does not fail for want of it: unless its port was asked for, trouble is told and that
     * is all.
     */
    Optional<Dashboard> start(DashboardSource source, PrintWriter err) {
        Optional<DashboardAddress> address = address();
        try {
            return address.map(where -> Dashboard.start(source, where));
        } catch (UserException e) {
            if (port != null) {
                throw e;
            }
            err.println("no dashboard: " + e.getMessage());
            return Optional.empty();
        }
    }
}
