package perennial.jobs.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.SecurityUtils;

/**
 * A row of the table of rights in docs/security.md.
 *
 * @param who name of the user that has it
 * @param name name of the resource; ends with a star where it is the beginning of names
 */
public record GrantedRight(String who, AclOperation operation, ResourceType resource, String name) {

    private static final Path PAGE = Path.of("../docs/security.md");

    /** All rows, in their order. */
    public static List<GrantedRight> all() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .filter(line -> line.matches(
                        "\\| (job|watcher|labels|actors|publisher|reader|dashboard|replayer|commander|operator) \\|.*"))
                .map(line -> line.split(" *\\| *"))
                .map(cells -> new GrantedRight(
                        cells[1],
                        SecurityUtils.operation(cells[2]),
                        ResourceType.fromString(cells[3].replace('-', '_')),
                        cells[4].replace("`", "")))
                .toList();
    }

    /** The name without a star. */
    String beginning() {
        return name.replace("*", "");
    }

    /** As a broker is told. */
    AclBinding binding() {
        return new AclBinding(
                new ResourcePattern(
                        resource, beginning(), name.endsWith("*") ? PatternType.PREFIXED : PatternType.LITERAL),
                new AccessControlEntry("User:" + who, "*", operation, AclPermissionType.ALLOW));
    }

    @Override
    public String toString() {
        return who + " " + SecurityUtils.operationName(operation) + " " + resource + " " + name;
    }
}
