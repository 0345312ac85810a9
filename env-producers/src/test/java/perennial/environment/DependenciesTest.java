package perennial.environment;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class DependenciesTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("perennial.environment");

    @Test
    void shouldKeepKafkaAndAvroAtTheKafkaEdge() {
        noClasses()
                .that()
                .resideOutsideOfPackage("perennial.environment.kafka..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "org.apache.avro..", "perennial.v1..", "perennial.schemas..")
                .check(CLASSES);
    }

    @Test
    void shouldNotLetTheEnvironmentsKnowTheirEdge() {
        noClasses()
                .that()
                .resideOutsideOfPackage("perennial.environment.kafka..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("perennial.environment.kafka..")
                .check(CLASSES);
    }

    @Test
    void shouldNotLetTheEnvironmentsKnowWhoActsInThem() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "perennial.environment.actor..",
                        "perennial.environment.source..",
                        "perennial.environment.kafka..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("perennial.learning..", "perennial.environment.actor..")
                .check(CLASSES);
    }
}
