package perennial.jobs;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import perennial.jobs.config.Configuration;
import perennial.jobs.graph.KafkaJob;

/** The job as a Flink cluster runs it, with {@link JobArguments}. */
public final class LearnerJob {

    private LearnerJob() {}

    public static void main(String[] arguments) throws Exception {
        Configuration configuration = JobArguments.configuration(arguments);
        StreamExecutionEnvironment environment = JobArguments.environment(configuration);
        KafkaJob.describe(environment, configuration);
        environment.execute(configuration.name());
    }
}
