package perennial.jobs.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalResourceOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;

/** The options that Flink has, to hold those against that files name. */
final class FlinkKeys {

    private final Map<String, ConfigOption<?>> options;

    private FlinkKeys(Map<String, ConfigOption<?>> options) {
        this.options = options;
    }

    /** All that Flink's classes of options define. */
    static FlinkKeys all() throws Exception {
        Map<String, ConfigOption<?>> options = new HashMap<>();
        for (Class<?> where : List.of(CoreOptions.class, JobManagerProcessUtils.class)) {
            String jar = where.getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI()
                    .getPath();
            for (String name : classesOfOptions(jar)) {
                for (Field field : Class.forName(name).getFields()) {
                    if (Modifier.isStatic(field.getModifiers()) && field.get(null) instanceof ConfigOption<?> option) {
                        options.put(option.key(), option);
                    }
                }
            }
        }
        return new FlinkKeys(options);
    }

    private static List<String> classesOfOptions(String jar) throws IOException {
        try (JarFile file = new JarFile(jar)) {
            return file.stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.matches("org/apache/flink/.*/\\w*Options\\.class"))
                    .map(name -> name.replace('/', '.').replaceAll("\\.class$", ""))
                    .toList();
        }
    }

    /**
     * Makes sure that all keys are Flink's, that their values are of the right kind, and that processes get memory by them.
     *
     * @param heapMebibytes what a TaskManager needs at least for its tasks
     */
    void check(String where, Map<String, String> given, int heapMebibytes) {
        Configuration configuration = Configuration.fromMap(given);
        given.keySet().stream().filter(key -> !ofNamed(key)).forEach(key -> {
            ConfigOption<?> option = options.get(key);
            assertThat(option)
                    .as(where + " has an option that Flink does not: " + key)
                    .isNotNull();
            assertThat(configuration.get(option)).as(where + " " + key).isNotNull();
        });
        assertThat(TaskExecutorProcessUtils.processSpecFromConfig(configuration)
                        .getTaskHeapSize()
                        .getMebiBytes())
                .as(where + ": heap of a TaskManager for its tasks, MiB")
                .isGreaterThan(heapMebibytes);
        assertThat(JobManagerProcessUtils.processSpecFromConfig(configuration)
                        .getJvmHeapMemorySize()
                        .getMebiBytes())
                .as(where + ": heap of the JobManager, MiB")
                .isGreaterThan(256);
    }

    /** Whether it is an option of a reporter or a resource, which have names of the user's choice. */
    private static boolean ofNamed(String key) {
        return Stream.of("factory.class", "port", "filterLabelValueCharacters")
                        .anyMatch(last -> key.matches("metrics\\.reporter\\.\\w+\\." + last.replace(".", "\\.")))
                || Stream.of(
                                ExternalResourceOptions.EXTERNAL_RESOURCE_DRIVER_FACTORY_SUFFIX,
                                ExternalResourceOptions.EXTERNAL_RESOURCE_AMOUNT_SUFFIX,
                                // Of flink-kubernetes, which is only in Flink's distribution.
                                "kubernetes.config-key")
                        .anyMatch(last -> key.matches("external-resource\\.\\w+\\." + last.replace(".", "\\.")));
    }
}
