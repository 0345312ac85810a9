package perennial.jobs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import perennial.jobs.config.Configuration;
import perennial.jobs.graph.KafkaJob;

/**
 * The job as a Flink cluster runs it: {@code --config FILE}, and {@code --set PATH=VALUE} as often as wanted. Flink's own options
 * come from the cluster; the configuration's section {@code flink} goes over them.
 */
public final class LearnerJob {

    private LearnerJob() {}

    public static void main(String[] arguments) throws Exception {
        Path file = null;
        List<String> overrides = new ArrayList<>();
        for (int i = 0; i < arguments.length; i += 2) {
            String value = i + 1 < arguments.length ? arguments[i + 1] : null;
            if (value == null || !(arguments[i].equals("--config") || arguments[i].equals("--set"))) {
                throw UserException.usage(
                        "the job takes --config FILE and --set PATH=VALUE, each with its value: found=" + arguments[i]);
            }
            if (arguments[i].equals("--config")) {
                file = Path.of(value);
            } else {
                overrides.add(value);
            }
        }
        if (file == null) {
            throw UserException.usage("the job needs a configuration: --config FILE");
        }
        Configuration configuration = Configuration.load(file, overrides);
        org.apache.flink.configuration.Configuration options =
                org.apache.flink.configuration.Configuration.fromMap(configuration.flink());
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
        environment.getConfig().enableObjectReuse();
        KafkaJob.describe(environment, configuration);
        environment.execute(configuration.name());
    }
}
