package perennial.environment.ale;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class DependenciesTest {

    @Test
    void shouldNeedNothingButEnvironmentsAleAndAFewLibraries() {
        classes()
                .that()
                .resideInAPackage("perennial.environment.ale..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "perennial.environment",
                        "perennial.environment.ale",
                        "org.bytedeco..",
                        "org.apache.commons.rng..",
                        "org.slf4j")
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("perennial.environment.ale"));
    }
}
