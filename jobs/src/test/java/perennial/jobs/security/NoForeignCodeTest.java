package perennial.jobs.security;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Bytes from topics and files are records, never objects: nothing of ours turns bytes into objects of a class that the bytes name. */
@AnalyzeClasses(packages = "perennial", importOptions = ImportOption.DoNotIncludeTests.class)
class NoForeignCodeTest {

    @ArchTest
    static final ArchRule SHOULD_READ_NO_JAVA_OBJECTS = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.ObjectInputStream")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.ObjectOutputStream")
            .orShould()
            .callMethodWhere(DescribedPredicate.<JavaMethodCall>describe(
                    "turn bytes into objects",
                    call -> call.getTargetOwner().getName().equals("org.apache.flink.util.InstantiationUtil")
                            // A serialiser's own name in a savepoint.
                            && !call.getName().equals("resolveClassByName")))
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "com.esotericsoftware..", "java.beans..", "org.apache.flink.api.java.typeutils.runtime.kryo..");

    @ArchTest
    static final ArchRule SHOULD_READ_NO_DOCUMENTS_THAT_NAME_CLASSES_OR_OTHER_DOCUMENTS = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "javax.xml..",
                    "org.w3c..",
                    "org.xml..",
                    "org.yaml..",
                    "org.snakeyaml..",
                    "javax.script..",
                    "javax.naming..",
                    "java.rmi..");

    @ArchTest
    static final ArchRule SHOULD_LET_NO_TEXT_CHOOSE_A_CLASS = noClasses()
            .should()
            .callMethod(Class.class, "forName", String.class)
            .orShould()
            .callMethod(ClassLoader.class, "loadClass", String.class);
}
