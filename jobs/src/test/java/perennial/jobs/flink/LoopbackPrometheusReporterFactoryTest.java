package perennial.jobs.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.junit.jupiter.api.Test;

class LoopbackPrometheusReporterFactoryTest {

    /** As in Flink's own distribution, where they are a plugin's. */
    @Test
    void shouldSayWhatToDoWhereFlinksClassesForPrometheusAreMissing() throws Exception {
        MetricReporterFactory factory = (MetricReporterFactory) new WithoutPrometheus()
                .loadClass(LoopbackPrometheusReporterFactory.class.getName())
                .getConstructor()
                .newInstance();

        MetricReporter reporter = factory.createMetricReporter(new MetricConfig());

        assertThat(reporter)
                .hasToString("UnservedMetrics[reason=metrics for Prometheus cannot be served: port=9249"
                        + " error=\"java.lang.NoClassDefFoundError: org/apache/flink/metrics/prometheus/AbstractPrometheusReporter\";"
                        + " have flink-metrics-prometheus on the class path of the job's process]");
    }

    /** Loads our classes anew, and has none of Flink's for Prometheus. */
    private static final class WithoutPrometheus extends ClassLoader {

        private static final String PLUGIN = "org.apache.flink.metrics.prometheus.";

        WithoutPrometheus() {
            super(LoopbackPrometheusReporterFactoryTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("perennial.") || name.equals(PLUGIN + "LoopbackPrometheusReporter")) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? define(name) : loaded;
            }
            if (name.startsWith(PLUGIN)) {
                throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = file.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
