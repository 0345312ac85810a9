package perennial.jobs.deploy;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;

/** The resources of a folder of {@code deploy/kubernetes}, read with the classes that Kubernetes' clients and operators read them with. */
final class Manifests {

    static final Path FOLDER = Path.of("../deploy/kubernetes");

    /** Files that are kustomize's, or a configuration of ours. */
    private static final List<String> OTHERS =
            List.of("kustomization.yaml", "kustomizeconfig.yaml", "configuration.yaml");

    private static final Map<String, Class<?>> KINDS = Map.ofEntries(
            Map.entry("v1/Namespace", Namespace.class),
            Map.entry("v1/PersistentVolumeClaim", PersistentVolumeClaim.class),
            Map.entry("v1/Service", Service.class),
            Map.entry("v1/ServiceAccount", ServiceAccount.class),
            Map.entry("apps/v1/Deployment", Deployment.class),
            Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
            Map.entry("rbac.authorization.k8s.io/v1/Role", Role.class),
            Map.entry("rbac.authorization.k8s.io/v1/RoleBinding", RoleBinding.class),
            Map.entry("monitoring.coreos.com/v1/PodMonitor", PodMonitor.class),
            Map.entry("kafka.strimzi.io/v1/Kafka", Kafka.class),
            Map.entry("kafka.strimzi.io/v1/KafkaNodePool", KafkaNodePool.class),
            Map.entry("kafka.strimzi.io/v1/KafkaTopic", KafkaTopic.class),
            Map.entry("kafka.strimzi.io/v1/KafkaUser", KafkaUser.class),
            Map.entry("flink.apache.org/v1beta1/FlinkDeployment", FlinkDeployment.class));

    /** Refuses what a class does not know, also where the class would keep it for whoever does. */
    private static final ObjectMapper STRICT = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .annotationIntrospector(new NothingUnknown())
            .build();

    private final Path folder;

    private Manifests(Path folder) {
        this.folder = folder;
    }

    /** Those of {@code base}, or of an overlay. */
    static Manifests of(String name) {
        return new Manifests(FOLDER.resolve(name));
    }

    /** Names of the overlays. */
    static List<String> overlays() throws IOException {
        try (Stream<Path> folders = Files.list(FOLDER.resolve("overlays"))) {
            return folders.map(path -> "overlays/" + path.getFileName())
                    .sorted()
                    .toList();
        }
    }

    /** Names of the files that have resources or parts of them. */
    List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString())
                    .filter(name -> !OTHERS.contains(name))
                    .sorted()
                    .toList();
        }
    }

    /** The folder's {@code kustomization.yaml}. */
    JsonNode kustomization() throws IOException {
        return STRICT.readTree(folder.resolve("kustomization.yaml").toFile());
    }

    /** What stands in a file, in its order, as trees. */
    List<ObjectNode> trees(String file) throws IOException {
        try (MappingIterator<ObjectNode> documents = STRICT.readerFor(ObjectNode.class)
                .readValues(folder.resolve(file).toFile())) {
            return documents.readAll();
        }
    }

    /** All resources of all files. */
    List<Object> resources() throws IOException {
        List<Object> resources = new ArrayList<>();
        for (String file : files()) {
            for (ObjectNode tree : trees(file)) {
                resources.add(resource(tree));
            }
        }
        return resources;
    }

    /** All resources of a kind. */
    <T> List<T> resources(Class<T> kind) throws IOException {
        return resources().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /**
     * A resource, or a part of one.
     *
     * @throws IOException if there is anything in it that its class does not know, or that is of another type there
     */
    static Object resource(ObjectNode tree) throws IOException {
        String kind = tree.path("apiVersion").asText() + "/" + tree.path("kind").asText();
        Class<?> type = KINDS.get(kind);
        if (type == null) {
            throw new IOException("no class is known for resources of this kind: kind=" + kind);
        }
        ObjectNode plain = tree.deepCopy();
        // Kustomize's word for a resource that an overlay takes away.
        plain.remove("$patch");
        if (type == FlinkDeployment.class && plain.get("spec") instanceof ObjectNode spec) {
            // The newest release of the operator's classes on Maven Central is older than Flink 2, and knows no version
            // after 1.20.
            spec.remove("flinkVersion");
        }
        return STRICT.treeToValue(plain, type);
    }

    /** {@code base} with what {@code patch} has over it, maps merged and all else replaced, as Kubernetes merges patches. */
    static ObjectNode merged(ObjectNode base, ObjectNode patch) {
        ObjectNode merged = base.deepCopy();
        patch.properties().forEach(field -> {
            JsonNode there = merged.get(field.getKey());
            merged.set(
                    field.getKey(),
                    there instanceof ObjectNode inner && field.getValue() instanceof ObjectNode more
                            ? merged(inner, more)
                            : field.getValue());
        });
        return merged;
    }

    private static final class NothingUnknown extends JacksonAnnotationIntrospector {

        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }

        @Override
        public com.fasterxml.jackson.annotation.JsonIgnoreProperties.Value findPropertyIgnoralByName(
                com.fasterxml.jackson.databind.cfg.MapperConfig<?> config, Annotated annotated) {
            return super.findPropertyIgnoralByName(config, annotated).withoutIgnoreUnknown();
        }
    }
}
