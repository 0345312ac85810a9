package perennial.jobs.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.kafka.listener.GenericKafkaListener;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;
import org.apache.flink.kubernetes.operator.api.spec.JobSpec;
import org.apache.flink.kubernetes.operator.api.spec.UpgradeMode;
import org.apache.kafka.common.utils.SecurityUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import perennial.jobs.LearnerJob;
import perennial.jobs.WatchJob;
import perennial.jobs.config.Configuration;
import perennial.jobs.dashboard.DashboardAddress;
import perennial.jobs.kafka.TopicPlan;
import perennial.jobs.security.GrantedRight;

/**
 * The resources of deploy/kubernetes, held against the classes that operators and clients read them with, and against the code, the pom and
 * docs/security.md. No cluster is needed.
 */
class KubernetesTest {

    private static final Manifests BASE = Manifests.of("base");

    /** Pods of the job have these by the template of the operator's resource. */
    private static final String MOUNTS = "/etc/perennial/";

    static List<String> folders() throws IOException {
        List<String> folders = new ArrayList<>(List.of("base"));
        folders.addAll(Manifests.overlays());
        return folders;
    }

    @ParameterizedTest
    @MethodSource("folders")
    void shouldHaveNothingThatItsReadersDoNotKnow(String folder) throws IOException {
        Manifests manifests = Manifests.of(folder);

        assertThat(manifests.resources())
                .hasSizeGreaterThanOrEqualTo(manifests.files().size());
    }

    @ParameterizedTest
    @MethodSource("folders")
    void shouldNameEachFileToKustomize(String folder) throws IOException {
        JsonNode kustomization = Manifests.of(folder).kustomization();
        Set<String> named = new TreeSet<>();
        kustomization.path("resources").forEach(name -> named.add(name.asText()));
        kustomization
                .path("patches")
                .forEach(patch -> named.add(patch.path("path").asText()));
        named.removeAll(Set.of("", "../../base"));

        assertThat(Manifests.of(folder).files()).containsExactlyElementsOf(named);
    }

    @Test
    void shouldGiveItsConfigurationToKustomize() throws IOException {
        JsonNode generator = BASE.kustomization().path("configMapGenerator").path(0);

        assertThat(generator.path("files").path(0).asText()).isEqualTo("job.yaml=configuration.yaml");
        assertThat(BASE.kustomization().path("images").path(0).path("newTag").asText())
                .isEqualTo(Versions.project());
    }

    @Test
    void shouldHaveTheTopicsThatTopicsCreateMakes() throws IOException {
        Configuration defaults = configuration();
        Map<String, String> planned = new TreeMap<>();
        for (TopicPlan plan : TopicPlan.all(
                defaults.topics(),
                OptionalInt.empty(),
                TopicPlan.EVENT_RETENTION_HOURS,
                defaults.limits().maxRecordBytes())) {
            planned.put(plan.name(), plan.partitions() + " " + new TreeMap<>(plan.settings()));
        }

        Map<String, String> described = new TreeMap<>();
        for (KafkaTopic topic : BASE.resources(KafkaTopic.class)) {
            Map<String, String> settings = new TreeMap<>();
            topic.getSpec().getConfig().forEach((key, value) -> settings.put(key, value.toString()));
            described.put(topic.getMetadata().getName(), topic.getSpec().getPartitions() + " " + settings);
        }
        assertThat(described).isEqualTo(planned);
    }

    @Test
    void shouldGrantExactlyTheRightsOfTheDocumentation() throws IOException {
        Set<String> granted = new TreeSet<>();
        for (ObjectNode user : BASE.trees("users.yaml")) {
            JsonNode authorization = user.path("spec").path("authorization");
            for (JsonNode acl : authorization.path("acls")) {
                JsonNode resource = acl.path("resource");
                for (JsonNode operation : acl.path("operations")) {
                    granted.add(String.join(
                            " ",
                            user.path("metadata").path("name").asText(),
                            operation.asText(),
                            resource.path("type").asText().replace("transactionalId", "transactional_id"),
                            resource.path("name").asText()
                                    + (resource.path("patternType").asText().equals("prefix") ? "*" : "")));
                }
            }
        }

        assertThat(granted)
                .containsExactlyElementsOf(GrantedRight.all().stream()
                        .map(right -> String.join(
                                " ",
                                right.who(),
                                SecurityUtils.operationName(right.operation()),
                                right.resource().name().toLowerCase(Locale.ROOT),
                                right.name()))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void shouldHaveOneKafkaThatAllOthersName() throws IOException {
        Kafka kafka = BASE.resources(Kafka.class).get(0);
        String name = kafka.getMetadata().getName();
        for (String file : List.of("kafka.yaml", "topics.yaml", "users.yaml")) {
            for (ObjectNode tree : BASE.trees(file)) {
                if (!tree.path("kind").asText().equals("Kafka")) {
                    assertThat(tree.path("metadata")
                                    .path("labels")
                                    .path("strimzi.io/cluster")
                                    .asText())
                            .as(file)
                            .isEqualTo(name);
                }
            }
        }
        GenericKafkaListener listener =
                kafka.getSpec().getKafka().getListeners().get(0);
        assertThat(configurationText())
                .contains("bootstrap.servers: %s-kafka-bootstrap:%d".formatted(name, listener.getPort()));
        assertThat(listener.isTls()).isTrue();
        assertThat(listener.getAuth().getType()).isEqualTo("tls");
        assertThat(kafka.getSpec().getKafka().getAuthorization().getType()).isEqualTo("simple");
        // Strimzi does not ship every patch of Kafka.
        assertThat(minor(kafka.getSpec().getKafka().getVersion())).isEqualTo(minor(Versions.of("kafka")));
        assertThat(kafka.getSpec().getKafka().getMetadataVersion()).startsWith(minor(Versions.of("kafka")));
    }

    private static String minor(String version) {
        return version.replaceFirst("^(\\d+\\.\\d+).*", "$1");
    }

    @Test
    void shouldDescribeItsJobsAsTheImageHasThem() throws Exception {
        Map<String, Class<?>> classes = Map.of("job.yaml", LearnerJob.class, "watch.yaml", WatchJob.class);
        assertThat(BASE.resources(FlinkDeployment.class)).hasSameSizeAs(classes.keySet());
        for (Map.Entry<String, Class<?>> entry : classes.entrySet()) {
            String file = entry.getKey();
            JobSpec job = FlinkDeployments.all().get("base/" + file).getSpec().getJob();

            assertThat(BASE.trees(file).get(0).path("spec").path("flinkVersion").asText())
                    .as(file)
                    .isEqualTo("v" + minor(Versions.of("flink")).replace('.', '_'));
            assertThat(job.getEntryClass()).as(file).isEqualTo(entry.getValue().getName());
            assertThat(ImageFiles.dockerfile())
                    .as(file)
                    .contains("perennial.jar " + job.getJarURI().replace("local://", "") + "\n");
            assertThat(job.getArgs()).as(file).containsExactly("--config", MOUNTS + "job.yaml");
            assertThat(job.getUpgradeMode()).as(file).isEqualTo(UpgradeMode.SAVEPOINT);
        }
    }

    /** What a resource is called is what the operator's processes, services and records of high availability are called. */
    @Test
    void shouldHaveJobsOfNamesOfTheirOwn() throws IOException {
        assertThat(FlinkDeployments.learners().getMetadata().getName())
                .isEqualTo(configuration().name());
        assertThat(FlinkDeployments.watch().getMetadata().getName())
                .isEqualTo(configuration().ofWatch().name());
    }

    private static Configuration configuration() {
        return Configuration.loadResource("/perennial/jobs/cli/defaults.yaml", List.of());
    }

    @Test
    void shouldMergeOverlaysIntoJobsThatFlinkKnows() throws Exception {
        FlinkKeys keys = FlinkKeys.all();
        Map<String, FlinkDeployment> jobs = FlinkDeployments.all();

        assertThat(jobs).hasSize(2 * folders().size());
        jobs.forEach((place, job) -> keys.check(
                place,
                FlinkDeployments.options(job),
                // The watch holds no networks.
                place.endsWith("watch.yaml") ? 192 : 512));
        for (FlinkDeployment base : List.of(FlinkDeployments.learners(), FlinkDeployments.watch())) {
            String name = base.getMetadata().getName();
            assertThat(jobs.values())
                    .filteredOn(job -> job.getMetadata().getName().equals(name))
                    .hasSameSizeAs(folders());
        }
        for (FlinkDeployment job : in("overlays/last-state")) {
            assertThat(job.getSpec().getJob().getUpgradeMode()).isEqualTo(UpgradeMode.LAST_STATE);
            // Without it Flink does not know the last state.
            assertThat(FlinkDeployments.options(job)).containsEntry("high-availability.type", "kubernetes");
        }
        for (FlinkDeployment job : in("overlays/s3")) {
            assertThat(FlinkDeployments.options(job).values()).noneMatch(value -> value.startsWith("file:"));
        }
    }

    private static List<FlinkDeployment> in(String overlay) throws IOException {
        return FlinkDeployments.all().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(overlay + "/"))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Either would take the other's checkpoints for its own, or delete them. */
    @Test
    void shouldKeepTheStatesOfItsJobsApart() throws IOException {
        for (String folder : folders()) {
            List<String> places = in(folder).stream()
                    .flatMap(job -> Stream.of(
                                    "high-availability.storageDir",
                                    "execution.checkpointing.dir",
                                    "execution.checkpointing.savepoint-dir")
                            .map(FlinkDeployments.options(job)::get))
                    .toList();

            assertThat(places).as(folder).hasSize(6).doesNotHaveDuplicates().doesNotContainNull();
        }
    }

    /** Its patch counts: it takes away what stands first. */
    @Test
    void shouldTakeTheVolumeOfTheStateFromAllJobsThatKeepItInAnObjectStore() throws IOException {
        String patch = Manifests.of("overlays/s3")
                .kustomization()
                .path("patches")
                .get(3)
                .path("patch")
                .asText();

        assertThat(patch)
                .contains("{op: remove, path: /spec/podTemplate/spec/volumes/0}")
                .contains("{op: remove, path: /spec/podTemplate/spec/containers/0/volumeMounts/0}");
        assertThat(Manifests.of("overlays/s3")
                        .kustomization()
                        .path("patches")
                        .get(3)
                        .path("target"))
                .hasToString("{\"kind\":\"FlinkDeployment\"}");
        for (FlinkDeployment job : BASE.resources(FlinkDeployment.class)) {
            PodSpec pod = job.getSpec().getPodTemplate().getSpec();
            assertThat(pod.getVolumes().get(0).getName()).isEqualTo("state");
            VolumeMount mount = pod.getContainers().get(0).getVolumeMounts().get(0);
            assertThat(mount.getName()).isEqualTo("state");
            assertThat(FlinkDeployments.options(job))
                    .hasEntrySatisfying("execution.checkpointing.dir", place -> assertThat(place)
                            .startsWith("file://" + mount.getMountPath() + "/"));
        }
    }

    @Test
    void shouldAskForGpusByFlinksOwnDriver() throws IOException {
        ObjectNode patch = Manifests.of("overlays/gpu").trees("job.yaml").get(0);
        JsonNode options = patch.path("spec").path("flinkConfiguration");
        String resource = options.path("external-resources").asText();

        // Of Flink's own plugin, which its images have; it is not among what can be resolved here.
        assertThat(options.path("external-resource." + resource + ".driver-factory.class")
                        .asText())
                .isEqualTo("org.apache.flink.externalresource.gpu.GPUDriverFactory");
        assertThat(options.path("external-resource." + resource + ".amount").asInt())
                .isPositive();
        assertThat(options.path("external-resource." + resource + ".kubernetes.config-key")
                        .asText())
                .isEqualTo("nvidia.com/gpu");
        assertThat(patch.path("spec").path("image").asText()).isEqualTo("perennial:" + Versions.project() + "-cuda");
    }

    @Test
    void shouldMountWhatTheConfigurationReads(@TempDir Path folder) throws IOException {
        String text = configurationText();
        for (String file : List.of("login/user.crt", "login/user.key", "brokers/ca.crt")) {
            assertThat(text).contains("${file:" + MOUNTS + file + "}");
            Files.createDirectories(folder.resolve(file).getParent());
            Files.writeString(folder.resolve(file), "planted");
        }
        Path local = Files.writeString(folder.resolve("job.yaml"), text.replace(MOUNTS, folder + "/"));

        Configuration configuration = Configuration.load(local, List.of());
        assertThat(configuration.learnerSpecs()).hasSize(2);
        assertThat(configuration.labelStream().resets()).isPositive();
        assertThat(configuration.kafka()).containsEntry("ssl.keystore.key", "planted");
        assertThat(configuration.name()).isEqualTo(configuration().name());
        assertThat(configuration.watchRules()).isNotEmpty();
        for (PodSpec pod : pods()) {
            Container container = pod.getContainers().get(0);
            assertThat(container.getVolumeMounts())
                    .extracting(VolumeMount::getMountPath)
                    .contains(MOUNTS + "job.yaml", MOUNTS + "login", MOUNTS + "brokers");
            assertThat(container.getEnv()).as("secrets are files").isEmpty();
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(container.getSecurityContext().getAllowPrivilegeEscalation())
                    .isFalse();
        }
    }

    private static String configurationText() throws IOException {
        return Files.readString(Manifests.FOLDER.resolve("base/configuration.yaml"));
    }

    private static List<PodSpec> pods() throws IOException {
        return Stream.concat(
                        BASE.resources(Deployment.class).stream()
                                .map(deployment ->
                                        deployment.getSpec().getTemplate().getSpec()),
                        BASE.resources(FlinkDeployment.class).stream()
                                .map(job -> job.getSpec().getPodTemplate().getSpec()))
                .toList();
    }

    @Test
    void shouldLogInAsUsersThatThereAre() throws IOException {
        Map<String, String> logins = new TreeMap<>();
        for (Deployment deployment : BASE.resources(Deployment.class)) {
            logins.put(
                    deployment.getMetadata().getName(),
                    login(deployment.getSpec().getTemplate().getSpec()));
        }
        for (FlinkDeployment job : BASE.resources(FlinkDeployment.class)) {
            logins.put(
                    job.getMetadata().getName(),
                    login(job.getSpec().getPodTemplate().getSpec()));
        }

        assertThat(logins)
                .isEqualTo(Map.of(
                        "perennial",
                        "job",
                        "perennial-watch",
                        "watcher",
                        "labels",
                        "labels",
                        "actors",
                        "actors",
                        "dashboard",
                        "dashboard"));
        assertThat(BASE.resources(KafkaUser.class))
                .extracting(user -> user.getMetadata().getName())
                .containsAll(logins.values());
    }

    private static String login(PodSpec pod) {
        return pod.getVolumes().stream()
                .filter(volume -> volume.getName().equals("login"))
                .map(volume -> volume.getSecret().getSecretName())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldRunCommandsThatThereAre() throws IOException {
        for (Deployment deployment : BASE.resources(Deployment.class)) {
            DeployedCommands.check(deployment
                    .getSpec()
                    .getTemplate()
                    .getSpec()
                    .getContainers()
                    .get(0)
                    .getArgs());
        }
        assertThat(Files.readString(Manifests.FOLDER.resolve("base/dashboard.yaml")))
                .contains("containerPort: " + DashboardAddress.USUAL_PORT);
    }

    @Test
    void shouldOfferItsMetricsToPrometheus() throws IOException {
        JsonNode monitor = BASE.trees("monitoring.yaml").get(0);
        String port = monitor.path("spec")
                .path("podMetricsEndpoints")
                .path(0)
                .path("port")
                .asText();
        Map<?, ?> selected =
                BASE.resources(PodMonitor.class).get(0).spec().selector().getMatchLabels();
        for (FlinkDeployment job : BASE.resources(FlinkDeployment.class)) {
            String name = job.getMetadata().getName();
            PodTemplateSpec template = job.getSpec().getPodTemplate();
            assertThat(template.getSpec().getContainers().get(0).getPorts())
                    .as(name)
                    .filteredOn(offered -> offered.getName().equals(port))
                    .extracting(offered -> offered.getContainerPort().toString())
                    .containsExactly(FlinkDeployments.options(job).get("metrics.reporter.prom.port"));
            assertThat(template.getMetadata().getLabels())
                    .as(name)
                    .containsEntry(
                            "app.kubernetes.io/part-of",
                            selected.get("app.kubernetes.io/part-of").toString());
        }
    }
}
