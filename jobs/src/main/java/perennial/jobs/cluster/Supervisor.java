package perennial.jobs.cluster;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perennial.jobs.FreePorts;
import perennial.jobs.Interrupts;
import perennial.jobs.LearnerJob;
import perennial.jobs.UserException;
import perennial.jobs.cluster.MemberProcess.Role;
import perennial.jobs.config.Configuration;
import perennial.jobs.flink.FlinkOptions;
import perennial.jobs.flink.FlinkRest;
import perennial.jobs.flink.PrometheusOptions;
import perennial.jobs.kafka.JobTopics;

/**
 * Starts the processes of a cluster, and starts again each that dies. A JobManager goes on at the newest checkpoint; all else finds
 * its way by itself.
 *
 * <p>Members belong to one thread, in which the ends of processes arrive as events. The end of this process is the cluster's, since
 * its members end with their standard input.
 */
public final class Supervisor {

    private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

    private static final String BOOTSTRAP_SERVERS = "bootstrap.servers";
    private static final String BROKER = "broker";
    private static final String JOB_MANAGER = "jobmanager";
    private static final String TASK_MANAGER = "taskmanager-";
    private static final int LOG_LINES = 5;
    private static final int BROKER_ATTEMPTS = 12;
    private static final long FIRST_RUN_POLL_MILLIS = 500;
    private static final long SAVEPOINT_SECONDS = 60;
    private static final long POLL_MILLIS = 200;
    private static final long STOP_SECONDS = 20;

    private final ClusterSpec spec;
    private final ClusterFolder folder;
    private final Ports ports;
    private final boolean ownBroker;
    private final Configuration configuration;
    private final JobID job;
    private final Recovery recovery;
    private final FlinkRest rest;
    private final List<Member> members = new ArrayList<>();
    private final ScheduledExecutorService events = Executors.newSingleThreadScheduledExecutor();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile boolean running;
    private volatile boolean stopping;
    private volatile String trouble = "";

    /**
     * TCP ports, which stay the same while a cluster runs.
     *
     * @param kafka the broker's, where there is one
     * @param web Flink's web page and REST interface
     * @param rpc where TaskManagers find the JobManager
     * @param metrics where Prometheus finds each of Flink's processes
     */
    private record Ports(int kafka, int web, int rpc, Map<String, Integer> metrics) {}

    private Supervisor(ClusterSpec spec, Configuration given, Ports ports) {
        this.spec = spec;
        this.folder = new ClusterFolder(spec.state());
        this.ports = ports;
        this.ownBroker = spec.broker() || !given.kafka().containsKey(BOOTSTRAP_SERVERS);
        this.configuration = ownBroker ? given.withKafka(BOOTSTRAP_SERVERS, "127.0.0.1:" + ports.kafka()) : given;
        this.job = id(given.name());
        org.apache.flink.configuration.Configuration options = FlinkOptions.effective(given.flink(), folder.path());
        this.recovery = new Recovery(
                Recovery.checkpointFolder(options.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY), job.toString()),
                folder.savepoints(),
                options.get(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS));
        this.rest = new FlinkRest(URI.create(webPage()));
    }

    /** The same at each start, so that all checkpoints of a job lie in one folder. */
    private static JobID id(String name) {
        UUID hash = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        return new JobID(hash.getLeastSignificantBits(), hash.getMostSignificantBits());
    }

    /**
     * Runs a cluster until this process is asked to end (Ctrl-C, SIGTERM), then stops its job with a savepoint.
     *
     * @throws UserException if it cannot be started
     */
    public static void run(ClusterSpec spec) throws Exception {
        Configuration configuration = Configuration.load(spec.configuration(), spec.overrides());
        // What is wrong with the learners is said before anything is started.
        configuration.learnerSpecs();
        Ports ports = new Ports(
                FreePorts.wantedOrFree(spec.kafkaPort()),
                FreePorts.wantedOrFree(spec.webPort()),
                FreePorts.wantedOrFree(0),
                metricsPorts(spec.taskManagers()));
        Supervisor supervisor = new Supervisor(spec, configuration, ports);
        ClusterFolder folder = supervisor.folder;
        folder.create();
        FileChannel lock = folder.take();
        try {
            folder.forgetState();
            supervisor.runAlone();
        } finally {
            lock.close();
        }
    }

    private static Map<String, Integer> metricsPorts(int taskManagers) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        ports.put(JOB_MANAGER, FreePorts.wantedOrFree(0));
        for (int i = 1; i <= taskManagers; i++) {
            ports.put(TASK_MANAGER + i, FreePorts.wantedOrFree(0));
        }
        return ports;
    }

    private void runAlone() throws Exception {
        requireFree(ports.web(), "--web-port");
        FlinkFiles.write(folder, configuration.flink(), spec, ports.web(), ports.rpc());
        Files.copy(spec.configuration(), folder.jobConfiguration(), StandardCopyOption.REPLACE_EXISTING);
        folder.tellPrometheus(ports.metrics());
        try (Interrupts interrupts = new Interrupts(end::countDown)) {
            try {
                if (ownBroker) {
                    requireFree(ports.kafka(), "--kafka-port");
                    begin(broker());
                    createTopics();
                } else {
                    JobTopics.require(configuration);
                }
                begin(jobManager());
                for (int i = 1; i <= spec.taskManagers(); i++) {
                    begin(taskManager(TASK_MANAGER + i));
                }
                events.execute(this::awaitFirstRun);
                end.await();
                log.info(interrupts.interrupted() ? "asked to stop" : "giving up");
            } finally {
                stop();
            }
        }
        if (!trouble.isEmpty()) {
            throw UserException.failed(trouble);
        }
        folder.forgetState();
    }

    private static void requireFree(int port, String option) {
        if (!FreePorts.isFree(port)) {
            throw UserException.failed("a cluster needs its TCP ports for itself: port=" + port
                    + " is taken; stop what listens there, or name another one with " + option);
        }
    }

    /** Waits until the broker is there. */
    private void createTopics() {
        for (int attempt = 1; trouble.isEmpty(); attempt++) {
            try {
                JobTopics.create(configuration);
                return;
            } catch (UserException e) {
                if (attempt == BROKER_ATTEMPTS && trouble.isEmpty()) {
                    throw e;
                }
            }
        }
        throw UserException.failed(trouble);
    }

    private Member broker() {
        return new Member(
                BROKER,
                Role.BROKER,
                List.of("-Xmx512m", "-XX:+UseSerialGC"),
                start -> List.of(folder.kafka().toString(), Integer.toString(ports.kafka())),
                folder);
    }

    private Member jobManager() {
        return new Member(
                JOB_MANAGER,
                Role.JOB_MANAGER,
                List.of("-Xmx512m", "-XX:+UseSerialGC"),
                start -> jobManagerArguments(),
                folder);
    }

    private List<String> jobManagerArguments() {
        recovery.deleteLeftovers();
        Optional<Recovery.Place> place = recovery.newest();
        log.info(place.map(from -> "the job goes on from " + from.path()).orElse("the job begins anew"));
        List<String> arguments = new ArrayList<>(List.of(
                "--configDir",
                folder.flink().toString(),
                "-Dio.tmp.dirs=" + folder.temporary(JOB_MANAGER),
                "--job-classname",
                LearnerJob.class.getName(),
                "--job-id",
                job.toString()));
        arguments.addAll(metricsOptions(JOB_MANAGER));
        // What follows is the job's: Flink would take --config for an option of its own.
        arguments.addAll(List.of("--", "--config", folder.jobConfiguration().toString()));
        List<String> overrides = new ArrayList<>(spec.overrides());
        // As options of the job, for Flink's own --fromSavepoint would leave outdated checkpoints where they are.
        place.ifPresent(from -> {
            overrides.add("flink." + StateRecoveryOptions.SAVEPOINT_PATH.key() + "="
                    + from.path().toUri());
            overrides.add(
                    "flink." + StateRecoveryOptions.RESTORE_MODE.key() + "=" + (from.ours() ? "CLAIM" : "NO_CLAIM"));
        });
        overrides.add("kafka." + BOOTSTRAP_SERVERS + "=" + configuration.kafka().get(BOOTSTRAP_SERVERS));
        overrides.forEach(override -> arguments.addAll(List.of("--set", override)));
        return arguments;
    }

    private Member taskManager(String name) {
        return new Member(
                name,
                Role.TASK_MANAGER,
                List.of("-Xmx" + spec.heapMegabytes() + "m", "-XX:+UseParallelGC"),
                start -> taskManagerArguments(name, start),
                folder);
    }

    private List<String> taskManagerArguments(String name, int start) {
        List<String> arguments = new ArrayList<>(List.of(
                "--configDir",
                folder.flink().toString(),
                "-Dio.tmp.dirs=" + folder.temporary(name),
                // Another one at each start: whoever still knows the dead one must not take the new one for it.
                "-Dtaskmanager.resource-id=" + name + "-"
                        + ProcessHandle.current().pid() + "-" + start));
        arguments.addAll(metricsOptions(name));
        return arguments;
    }

    private List<String> metricsOptions(String member) {
        return PrometheusOptions.at(ports.metrics().get(member)).entrySet().stream()
                .map(option -> "-D" + option.getKey() + "=" + option.getValue())
                .toList();
    }

    private void begin(Member member) {
        events.execute(() -> {
            members.add(member);
            start(member);
        });
    }

    private void start(Member member) {
        if (stopping || member.ended()) {
            return;
        }
        try {
            Process process = member.start();
            log.info("{} runs: pid={}", member.name(), process.pid());
            process.onExit().thenAcceptAsync(gone -> ended(member, gone.exitValue()), events);
        } catch (UserException e) {
            giveUp(e.getMessage());
        }
        tell();
    }

    private void ended(Member member, int exitCode) {
        if (stopping || member.ended()) {
            return;
        }
        if (member.role() == Role.JOB_MANAGER && exitCode == 0) {
            log.info("the job has ended");
            member.end();
            members.stream().filter(other -> other.role() == Role.TASK_MANAGER).forEach(Member::end);
        } else if (!running && member.role() != Role.TASK_MANAGER) {
            giveUp("the " + member.name() + " did not start: exit=" + exitCode + "; its last lines, from "
                    + folder.log(member.name()) + ":\n" + folder.lastLines(member.name(), LOG_LINES));
        } else {
            long pause = member.pauseMillis();
            log.warn("{} has died, and is started again in {} ms: exit={}", member.name(), pause, exitCode);
            events.schedule(() -> start(member), pause, TimeUnit.MILLISECONDS);
        }
        tell();
    }

    private void awaitFirstRun() {
        try {
            running = rest.allTasksRun(job);
        } catch (IOException e) {
            // It is still starting.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (running) {
            log.info("the job runs: id={}", job);
            tell();
        } else if (!stopping) {
            events.schedule(this::awaitFirstRun, FIRST_RUN_POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void giveUp(String why) {
        trouble = why;
        tell();
        end.countDown();
    }

    private void stop() throws InterruptedException {
        stopping = true;
        events.shutdownNow();
        events.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
        for (Member member : members) {
            if (member.role() == Role.JOB_MANAGER && member.isAlive() && running) {
                stopJob(member);
            }
        }
        // The broker last: the others may have something to write.
        for (int i = members.size() - 1; i >= 0; i--) {
            members.get(i).stop(STOP_SECONDS);
        }
        log.info("stopped");
    }

    private void stopJob(Member jobManager) throws InterruptedException {
        log.info("stopping the job with a savepoint");
        try {
            String request = rest.stopWithSavepoint(job, folder.savepoints());
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SAVEPOINT_SECONDS);
            // Flink's JobManager of a single job ends with its job, once somebody has asked what became of the
            // savepoint.
            while (System.nanoTime() < end) {
                if (jobManager.process().waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
                ask(request);
            }
            log.warn("no savepoint in {} s: the next start goes on from the newest checkpoint", SAVEPOINT_SECONDS);
        } catch (IOException e) {
            log.warn("no savepoint: the next start goes on from the newest checkpoint: error={}", e.toString());
        }
    }

    private void ask(String request) throws InterruptedException {
        try {
            rest.isStopped(job, request);
        } catch (IOException e) {
            log.debug("the JobManager does not answer, as when it is about to end", e);
        }
    }

    private String webPage() {
        return "http://localhost:" + ports.web();
    }

    private void tell() {
        folder.tell(new ClusterState(
                ProcessHandle.current().pid(),
                configuration.kafka().get(BOOTSTRAP_SERVERS),
                webPage(),
                job.toString(),
                running,
                trouble,
                members.stream().map(Member::state).toList()));
    }
}
