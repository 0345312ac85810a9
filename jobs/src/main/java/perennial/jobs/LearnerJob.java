package perennial.jobs;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import perennial.jobs.config.Configuration;
import perennial.jobs.graph.KafkaJob;

/** The job as a Flink cluster runs it, with {@link JobArguments}. */
public final class LearnerJob {

    private LearnerJob() {}

    public static void main(String[] arguments) throws Exception {
        JobArguments parsed = JobArguments.parse(arguments);
        Configuration configuration = parsed.configuration();
        StreamExecutionEnvironment environment = parsed.environment();
        KafkaJob.describe(environment, configuration);
        environment.execute(configuration.name());
    }
}
