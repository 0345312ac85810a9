package perennial.jobs;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import perennial.jobs.config.Configuration;
import perennial.jobs.graph.KafkaWatch;

/**
 * The watch over what learners report, as a Flink cluster runs it, with {@link JobArguments}: the configuration is that of the learners'
 * job.
 */
public final class WatchJob {

    private WatchJob() {}

    public static void main(String[] arguments) throws Exception {
        JobArguments parsed = JobArguments.parse(arguments);
        Configuration configuration = parsed.configuration();
        StreamExecutionEnvironment environment = parsed.environment();
        KafkaWatch.describe(environment, configuration);
        environment.execute(configuration.ofWatch().name());
    }
}
