package perennial.jobs.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.util.FileUtils;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.flink.EmbeddedFlink;
import perennial.jobs.flink.FlinkOptions;
import perennial.jobs.kafka.EmbeddedKafka;
import perennial.jobs.kafka.JobTopics;

/** A broker with a job's topics and a Flink cluster in this process, for as long as a demo runs; nothing stays of them. */
final class DemoCluster implements AutoCloseable {

    private final Path folder;
    private final EmbeddedKafka kafka;
    private final EmbeddedFlink flink;
    private final Configuration configuration;
    private final org.apache.flink.configuration.Configuration options;

    private DemoCluster(
            Path folder,
            EmbeddedKafka kafka,
            EmbeddedFlink flink,
            Configuration configuration,
            org.apache.flink.configuration.Configuration options) {
        this.folder = folder;
        this.kafka = kafka;
        this.flink = flink;
        this.configuration = configuration;
        this.options = options;
    }

    /** Starts both, side by side: each of them takes seconds. */
    static DemoCluster start(Configuration configuration) {
        Path folder = temporaryFolder();
        org.apache.flink.configuration.Configuration options =
                FlinkOptions.effective(configuration.flink(), folder.resolve("flink"));
        CompletableFuture<EmbeddedFlink> starting = CompletableFuture.supplyAsync(
                () -> EmbeddedFlink.start(options, options.get(CoreOptions.DEFAULT_PARALLELISM)),
                task -> new Thread(task, "flink-start").start());
        EmbeddedKafka kafka = null;
        try {
            kafka = EmbeddedKafka.start(folder.resolve("kafka"));
            Configuration withBroker = configuration
                    .withKafka("bootstrap.servers", kafka.bootstrapServers())
                    // What actors left of an earlier demo belongs to a broker that is gone.
                    .withStateFolder(folder.resolve("actors"));
            JobTopics.create(withBroker);
            return new DemoCluster(folder, kafka, starting.join(), withBroker, options);
        } catch (RuntimeException e) {
            starting.handle((flink, failure) -> {
                        if (flink != null) {
                            flink.close();
                        }
                        return null;
                    })
                    .join();
            if (kafka != null) {
                kafka.close();
            }
            FileUtils.deleteDirectoryQuietly(folder.toFile());
            throw e instanceof CompletionException && e.getCause() instanceof UserException cause ? cause : e;
        }
    }

    private static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("perennial-demo-");
        } catch (IOException e) {
            throw UserException.failed(
                    "a demo needs a folder that it can write: folder=" + System.getProperty("java.io.tmpdir")
                            + " error=" + e + "; name another one with -Djava.io.tmpdir in PERENNIAL_JAVA_OPTIONS",
                    e);
        }
    }

    /** The configuration with the broker in it. */
    Configuration configuration() {
        return configuration;
    }

    EmbeddedFlink flink() {
        return flink;
    }

    /** Flink's options. */
    org.apache.flink.configuration.Configuration options() {
        return options;
    }

    @Override
    public void close() {
        try {
            flink.close();
        } finally {
            kafka.close();
            FileUtils.deleteDirectoryQuietly(folder.toFile());
        }
    }
}
