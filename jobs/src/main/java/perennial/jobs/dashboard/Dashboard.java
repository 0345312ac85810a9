package perennial.jobs.dashboard;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.staticfiles.Location;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import perennial.jobs.UserException;

/**
 * The dashboard: a web server in this process, and the readers of topics behind it. The page is in the jar and loads nothing from
 * elsewhere. Thread-safe.
 */
public final class Dashboard implements AutoCloseable {

    private static final String PAGE = "/perennial/jobs/dashboard/page";
    private static final String CHARTS = "/META-INF/resources/webjars/chart.js/%s/dist/chart.umd.min.js";
    private static final String CHARTS_VERSION = "/META-INF/maven/org.webjars.npm/chart.js/pom.properties";

    /** Pages that are told of news at one time; each takes a thread. */
    private static final int MAX_PAGES = 48;

    private static final int THREADS = MAX_PAGES + 16;

    /** Ports that are tried after one that is taken. */
    private static final int MORE_PORTS = 20;

    private final DashboardSource source;
    private final MetricHistory history = new MetricHistory();
    private final HealthWatch watch;
    private final Semaphore pages = new Semaphore(MAX_PAGES);

    /** Names this history among those of other servers, to pages that come back. */
    private final String epoch = UUID.randomUUID().toString();

    private final Javalin server;
    private final URI address;

    private Dashboard(DashboardSource source, DashboardAddress where) {
        this.source = source;
        watch = new HealthWatch(source, history);
        try {
            server = listen(where);
        } catch (RuntimeException e) {
            watch.close();
            throw e;
        }
        String host = where.host().contains(":") ? "[" + where.host() + "]" : where.host();
        address = URI.create("http://" + host + ":" + server.port() + "/");
    }

    /**
     * Starts a dashboard; it serves when this returns, and reads the past meanwhile.
     *
     * @throws UserException if it cannot listen there, or the way to the cluster cannot be right
     */
    public static Dashboard start(DashboardSource source, DashboardAddress address) {
        return new Dashboard(source, address);
    }

    /**
     * Makes sure that a port which was asked for can be had, before there is anything to show.
     *
     * @throws UserException if it is taken
     */
    public static void requirePort(DashboardAddress where) {
        if (where.orNext()) {
            return;
        }
        try {
            requireFree(where.host(), where.port());
        } catch (IOException e) {
            throw cannotListen(where, e);
        }
    }

    private static UserException cannotListen(DashboardAddress where, Exception e) {
        return UserException.failed(
                "the dashboard must be able to listen where it is told to: host=" + where.host() + " port="
                        + where.port() + " error=" + reason(e)
                        + "; give another port with --port, or 0 for any that is free",
                e);
    }

    /** Where the page is. */
    public URI address() {
        return address;
    }

    private Javalin listen(DashboardAddress where) {
        int last = where.orNext() && where.port() != 0 ? Math.min(65535, where.port() + MORE_PORTS) : where.port();
        for (int port = where.port(); ; port++) {
            try {
                requireFree(where.host(), port);
                return Javalin.create(config -> configure(config, where.host())).start(where.host(), port);
            } catch (IOException | JavalinBindException e) {
                if (port == last) {
                    throw cannotListen(where, e);
                }
            }
        }
    }

    /** Javalin would find it out, too, but would log an error. */
    private static void requireFree(String host, int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
        }
    }

    private static String reason(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage();
    }

    private void configure(JavalinConfig config, String host) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        // Everything is on this machine, and an event must not wait in a compressor.
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.jetty.threadPool = new QueuedThreadPool(THREADS, 4);
        config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
        config.staticFiles.add(PAGE, Location.CLASSPATH);
        RequestGuard guard = new RequestGuard(host);
        config.routes.before(guard::check);
        byte[] charts = charts();
        config.routes.get("/chart.js", context -> context.contentType("text/javascript; charset=utf-8")
                .result(charts));
        config.routes.get("/events", this::tell);
    }

    /** The library that draws the charts; its version is a part of its path in its jar. */
    private static byte[] charts() {
        Properties properties = new Properties();
        try (InputStream version = Dashboard.class.getResourceAsStream(CHARTS_VERSION)) {
            if (version == null) {
                throw new IllegalStateException("the charts must be among the libraries: resource=" + CHARTS_VERSION);
            }
            properties.load(version);
            String path = CHARTS.formatted(properties.getProperty("version"));
            try (InputStream script = Dashboard.class.getResourceAsStream(path)) {
                if (script == null) {
                    throw new IllegalStateException("the charts must be where they were: resource=" + path);
                }
                return script.readAllBytes();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells a page what it shows until it is gone, in the thread of its request: a slow page slows down nobody else. */
    private void tell(Context context) {
        if (!pages.tryAcquire()) {
            context.status(503).result("too many pages are open: pages=" + MAX_PAGES + "; close some");
            return;
        }
        try {
            context.res().setContentType("text/event-stream");
            context.res().setCharacterEncoding("utf-8");
            context.header("Cache-Control", "no-store");
            String after = context.header("Last-Event-ID");
            new EventStream(
                            history,
                            watch,
                            epoch,
                            new Subscription(context.queryParams("learner"), context.queryParams("metric")),
                            after != null ? after : context.queryParam("after"),
                            context.res().getOutputStream())
                    .run(source);
        } catch (IOException e) {
            // The page is gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            pages.release();
        }
    }

    /** Ends what pages are told, the server, and the readers of topics. */
    @Override
    public void close() {
        history.close();
        server.stop();
        watch.close();
    }
}
