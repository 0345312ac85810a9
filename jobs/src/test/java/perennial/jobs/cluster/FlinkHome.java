package perennial.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;

/**
 * A folder that is to a process what {@code /opt/flink} is in the image: our libraries where {@code deploy/image/flink-libraries} puts
 * them, the job's jar in {@code usrlib}, and, in place of Flink's distribution, the jars of Flink that the script leaves out. Its
 * processes are started as Flink's own scripts do.
 */
final class FlinkHome implements AutoCloseable {

    private final Path folder;
    private final Path logs;
    private final List<Process> processes = new ArrayList<>();

    /**
     * @param folder where {@link #layOut} was called
     * @param logs where the processes' logs are to go
     */
    FlinkHome(Path folder, Path logs) {
        this.folder = folder.toAbsolutePath();
        this.logs = logs;
    }

    /** Lays the folder out anew. */
    static void layOut(Path folder) throws Exception {
        Folders.delete(folder);
        FlinkHome home = new FlinkHome(folder, folder);
        Process script = new ProcessBuilder(
                        "bash", "../deploy/image/flink-libraries", home.lib().toString())
                .inheritIO()
                .start();
        assertThat(script.waitFor()).as("flink-libraries").isZero();
        List<Path> ours = jars(home.lib());
        for (Path jar : jars(Path.of("target/lib"))) {
            Path there = home.lib().resolve(jar.getFileName());
            if (!ours.contains(there)) {
                Files.createLink(there, jar);
            }
        }
        Files.createDirectories(home.conf());
        Path usrlib = Files.createDirectories(home.folder.resolve("usrlib"));
        Files.copy(SessionSubmissions.JAR, usrlib.resolve(SessionSubmissions.JAR.getFileName()));
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
    }

    private Path lib() {
        return folder.resolve("lib");
    }

    private Path conf() {
        return folder.resolve("conf");
    }

    /** Writes {@code config.yaml}. */
    void configure(Map<String, String> options) throws IOException {
        StringBuilder yaml = new StringBuilder();
        new TreeMap<>(options)
                .forEach((key, value) ->
                        yaml.append(key).append(": '").append(value).append("'\n"));
        Files.writeString(conf().resolve("config.yaml"), yaml);
    }

    /** A JobManager, with the memory that the configuration gives it. */
    Process jobManager(Class<?> entryPoint, List<String> arguments) throws IOException {
        Configuration options = GlobalConfiguration.loadConfiguration(conf().toString());
        String jvm = JobManagerProcessUtils.generateJvmParametersStr(
                JobManagerProcessUtils.processSpecFromConfig(options), options);
        return start("jobmanager", words(jvm), entryPoint, arguments);
    }

    /** A TaskManager, with the memory that the configuration gives it. */
    Process taskManager() throws IOException {
        TaskExecutorProcessSpec memory = TaskExecutorProcessUtils.processSpecFromConfig(
                GlobalConfiguration.loadConfiguration(conf().toString()));
        return start(
                "taskmanager",
                words(ProcessMemoryUtils.generateJvmParametersStr(memory)),
                TaskManagerRunner.class,
                words(TaskExecutorProcessUtils.generateDynamicConfigsStr(memory)));
    }

    private static List<String> words(String line) {
        return Stream.of(line.trim().split("\\s+")).toList();
    }

    private Process start(String name, List<String> jvm, Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.add("-XX:+UseSerialGC");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("--add-opens=java.base/java.util=ALL-UNNAMED");
        command.add("-Dlog4j2.configurationFile="
                + Path.of("target/classes/log4j2.xml").toAbsolutePath());
        command.addAll(List.of("-cp", lib().resolve("*").toString(), main.getName()));
        command.addAll(List.of("--configDir", conf().toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(name).toFile()));
        // Where Flink looks for usrlib beside it.
        builder.environment().put("FLINK_LIB_DIR", lib().toString());
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private Path log(String name) {
        return logs.resolve(name + ".log");
    }

    /** What the processes of a name have printed. */
    String printed(String name) throws IOException {
        return Files.readString(log(name));
    }

    @Override
    public void close() {
        for (Process process : processes) {
            process.destroy();
        }
        for (Process process : processes) {
            process.onExit().completeOnTimeout(process, 20, TimeUnit.SECONDS).join();
            process.destroyForcibly().onExit().join();
        }
    }
}
