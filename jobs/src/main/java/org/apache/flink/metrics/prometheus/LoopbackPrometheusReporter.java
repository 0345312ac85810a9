package org.apache.flink.metrics.prometheus;

import io.prometheus.client.exporter.HTTPServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Flink's reporter for Prometheus, at an address that this machine alone reaches. Flink's own listens on all addresses and cannot be
 * told otherwise; what it collects can be had in its package only, which is why this class is here.
 */
public final class LoopbackPrometheusReporter extends AbstractPrometheusReporter {

    private final HTTPServer server;

    /** @throws IOException if somebody else listens at {@code port} */
    public LoopbackPrometheusReporter(int port) throws IOException {
        server = new HTTPServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), registry, true);
    }

    @Override
    public void close() {
        server.stop();
        super.close();
    }
}
