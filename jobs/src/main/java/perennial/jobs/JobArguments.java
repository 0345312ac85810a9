package perennial.jobs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import perennial.jobs.config.Configuration;

/**
 * What a job is told by a Flink cluster's command line: {@code --config FILE}, and {@code --set PATH=VALUE} as often as wanted. Flink's own
 * options come from the cluster; the configuration's section {@code flink} goes over them.
 */
final class JobArguments {

    private JobArguments() {}

    /**
     * The configuration that the arguments name.
     *
     * @throws UserException if there is none, or it is not valid
     */
    static Configuration configuration(String[] arguments) {
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
        return Configuration.load(file, overrides);
    }

    /** Where a job of that configuration is described. */
    static StreamExecutionEnvironment environment(Configuration configuration) {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(
                org.apache.flink.configuration.Configuration.fromMap(configuration.flink()));
        environment.getConfig().enableObjectReuse();
        return environment;
    }
}
