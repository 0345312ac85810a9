package perennial.jobs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perennial.jobs.config.Configuration;
import perennial.jobs.flink.Checkpoints;
import perennial.jobs.flink.FlinkOptions;

/**
 * What a job is told by a Flink cluster's command line: {@code --config FILE}, and {@code --set PATH=VALUE} as often as wanted. Flink's own
 * options come from the cluster; the configuration's section {@code flink} goes over them.
 *
 * <p>With {@code --resume FOLDER} it goes on from the newest whole checkpoint or savepoint below a folder that holds those of this job
 * alone, and begins anew where there is none: for a cluster that does not itself remember where its job was when its JobManager is
 * started again, as one without ZooKeeper and Kubernetes does not.
 *
 * @param configuration what {@code --config} and {@code --set} say
 * @param resume the folder, or null
 */
record JobArguments(Configuration configuration, Path resume) {

    private static final Logger log = LoggerFactory.getLogger(JobArguments.class);

    /** @throws UserException if something is missing or not valid */
    static JobArguments parse(String[] arguments) {
        Path file = null;
        Path resume = null;
        List<String> overrides = new ArrayList<>();
        for (int i = 0; i < arguments.length; i += 2) {
            String value = i + 1 < arguments.length ? arguments[i + 1] : null;
            if (value == null || !List.of("--config", "--set", "--resume").contains(arguments[i])) {
                throw UserException.usage("the job takes --config FILE, --set PATH=VALUE and --resume FOLDER, each with"
                        + " its value: found=" + arguments[i]);
            }
            switch (arguments[i]) {
                case "--config" -> file = Path.of(value);
                case "--resume" -> resume = Path.of(value);
                default -> overrides.add(value);
            }
        }
        if (file == null) {
            throw UserException.usage("the job needs a configuration: --config FILE");
        }
        return new JobArguments(Configuration.load(file, overrides), resume);
    }

    /** Where the job is described. */
    StreamExecutionEnvironment environment() {
        org.apache.flink.configuration.Configuration options =
                org.apache.flink.configuration.Configuration.fromMap(configuration.flink());
        if (resume != null) {
            resumeFromNewest(options);
        }
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
        environment.getConfig().enableObjectReuse();
        return environment;
    }

    private void resumeFromNewest(org.apache.flink.configuration.Configuration options) {
        Checkpoints.newest(resume, log::warn)
                .ifPresentOrElse(
                        place -> {
                            log.info("the job goes on from {}", place);
                            FlinkOptions.resumeFromNewest(options, place);
                        },
                        () -> log.info("the job begins anew: nothing to go on from below {}", resume));
    }
}
