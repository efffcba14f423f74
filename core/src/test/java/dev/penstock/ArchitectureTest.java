package dev.penstock;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.penstock");

    @Test
    void packages_dependDownwardOnly() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("facade")
                .definedBy("dev.penstock")
                .layer("service")
                .definedBy("..penstock.service")
                .layer("catalog")
                .definedBy("..penstock.catalog")
                .layer("label")
                .definedBy("..penstock.label")
                .layer("shadow")
                .definedBy("..penstock.shadow")
                .layer("discovery")
                .definedBy("..penstock.discovery", "..penstock.discovery.http")
                .layer("balancer")
                .definedBy("..penstock.balancer")
                .layer("health")
                .definedBy("..penstock.health")
                .layer("outlier")
                .definedBy("..penstock.outlier")
                .layer("route")
                .definedBy("..penstock.route")
                .layer("middleware")
                .definedBy("..penstock.middleware")
                .layer("load")
                .definedBy("..penstock.load")
                .layer("limit")
                .definedBy("..penstock.limit")
                .layer("observe")
                .definedBy("..penstock.observe")
                .layer("retry")
                .definedBy("..penstock.retry")
                .layer("resolve")
                .definedBy("..penstock.resolve")
                .layer("request")
                .definedBy("..penstock.request")
                .layer("endpoint")
                .definedBy("..penstock.endpoint")
                .layer("time")
                .definedBy("..penstock.time")
                .layer("tls")
                .definedBy("..penstock.tls")
                .layer("text")
                .definedBy("..penstock.text")
                .whereLayer("facade")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("service")
                .mayOnlyBeAccessedByLayers("facade")
                .whereLayer("catalog")
                .mayOnlyBeAccessedByLayers("facade", "service")
                .whereLayer("label")
                .mayOnlyAccessLayers(
                        "health",
                        "outlier",
                        "route",
                        "middleware",
                        "resolve",
                        "request",
                        "endpoint",
                        "time",
                        "text",
                        "tls")
                .whereLayer("shadow")
                .mayOnlyAccessLayers("balancer", "load", "request", "endpoint", "time")
                .whereLayer("discovery")
                .mayOnlyBeAccessedByLayers("facade", "service", "catalog")
                .whereLayer("balancer")
                .mayOnlyBeAccessedByLayers("facade", "service", "catalog", "shadow")
                .whereLayer("route")
                .mayOnlyBeAccessedByLayers("facade", "service", "catalog", "label")
                .whereLayer("health")
                .mayOnlyAccessLayers("observe", "endpoint", "time", "text", "tls")
                .whereLayer("outlier")
                .mayOnlyAccessLayers("load", "endpoint", "time", "text")
                .whereLayer("middleware")
                .mayOnlyAccessLayers("resolve", "request", "endpoint", "time", "text")
                .whereLayer("load")
                .mayNotAccessAnyLayer()
                .whereLayer("limit")
                .mayOnlyAccessLayers("request", "endpoint", "time", "text")
                .whereLayer("resolve")
                .mayNotAccessAnyLayer()
                .whereLayer("retry")
                .mayOnlyAccessLayers("time")
                .whereLayer("observe")
                .mayOnlyAccessLayers("request", "endpoint", "time", "text")
                .whereLayer("request")
                .mayOnlyAccessLayers("endpoint", "time", "text")
                .whereLayer("endpoint")
                .mayOnlyAccessLayers("text")
                .whereLayer("time")
                .mayNotAccessAnyLayer()
                .whereLayer("tls")
                .mayOnlyAccessLayers("time")
                .whereLayer("text")
                .mayNotAccessAnyLayer()
                .check(CORE);
    }

    @Test
    void packages_haveNoCycle() {
        slices().matching("dev.penstock.(*)..").should().beFreeOfCycles().check(CORE);
    }

    @Test
    void X09_core_dependsOnTheJdkAndTheLoggingApiOnly() {
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "dev.penstock..",
                        "java..",
                        "javax.crypto..",
                        "javax.net.ssl..",
                        "org.slf4j..",
                        "org.jspecify.annotations.."))
                .check(CORE);
    }

    @Test
    void X08_staticFields_areFinal() {
        fields().that().areStatic().should().beFinal().check(CORE);
    }

    // What a final static field refers to must not change either: no collection but the JDK's immutable ones, no array
    // but an empty one, no atomic.
    @Test
    void X08_staticFields_holdNothingThatChanges() {
        fields().that()
                .areStatic()
                .should(notHold("java.util.concurrent.atomic", "java.util.concurrent.Concurrent"))
                .check(CORE);
    }

    private static ArchCondition<JavaField> notHold(String... typePrefixes) {
        return new ArchCondition<>("hold nothing that changes") {
            @Override
            public void check(JavaField field, ConditionEvents events) {
                String type = field.getRawType().getName();
                boolean mutable = Arrays.stream(typePrefixes).anyMatch(type::startsWith) || holdsMutable(field);
                if (mutable) {
                    events.add(SimpleConditionEvent.violated(field, field.getFullName() + " is a " + type));
                }
            }
        };
    }

    private static boolean holdsMutable(JavaField field) {
        if (!field.getRawType().isAssignableTo(Collection.class)
                && !field.getRawType().isAssignableTo(Map.class)) {
            return false;
        }
        try {
            var real = field.reflect();
            real.setAccessible(true);
            Object value = real.get(null);
            return value == null || !value.getClass().getName().startsWith("java.util.ImmutableCollections");
        } catch (IllegalAccessException e) {
            throw new AssertionError(field.getFullName(), e);
        }
    }

    @Test
    void X08_library_leavesTheProcessAlone() {
        noClasses()
                .should()
                .callMethod(Runtime.class, "addShutdownHook", Thread.class)
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Thread.class, "setDefaultUncaughtExceptionHandler", Thread.UncaughtExceptionHandler.class)
                .orShould()
                .callMethod(System.class, "setProperty", String.class, String.class)
                .check(CORE);
    }

    @Test
    void onlyControlThreads_startsThreads() {
        noClasses()
                .that(not(named("dev.penstock.time.ControlThreads")))
                .and(not(named("dev.penstock.discovery.http.OwnedClient"))) // has the JDK make one, of a known group
                .should()
                .callConstructorWhere(new DescribedPredicate<>("it makes a thread or a pool of them") {
                    @Override
                    public boolean test(JavaConstructorCall call) {
                        var owner = call.getTargetOwner();
                        return owner.isAssignableTo(Thread.class) || owner.isAssignableTo(ExecutorService.class);
                    }
                })
                .check(CORE);
    }

    private static DescribedPredicate<JavaClass> named(String prefix) {
        return new DescribedPredicate<>("are " + prefix) {
            @Override
            public boolean test(JavaClass type) {
                return type.getName().startsWith(prefix);
            }
        };
    }

    @Test
    void balancersAndRoutes_knowNeitherDiscoveryNorService() {
        noClasses()
                .that()
                .resideInAnyPackage("..balancer", "..route")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..discovery", "..service", "..catalog")
                .check(CORE);
    }

    @Test
    void classes_areFinalOrSealedByDesign() {
        classes()
                .that()
                .areTopLevelClasses()
                .and()
                .areNotInterfaces()
                .and(new DescribedPredicate<JavaClass>("not abstract within their package") {
                    @Override
                    public boolean test(JavaClass type) {
                        return !type.getModifiers().contains(JavaModifier.ABSTRACT)
                                || type.getModifiers().contains(JavaModifier.PUBLIC);
                    }
                })
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(CORE);
    }

    @Test
    void routers_pickNoEndpoint() {
        noClasses()
                .that()
                .resideInAPackage("..route")
                .should()
                .dependOnClassesThat()
                .haveSimpleName("Endpoint")
                .check(CORE);
    }
}
