package io.spdytunnel;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.slf4j.Logger;

/** The floors of the house, as drawn in ARCHITECTURE.md: nothing imports upwards. */
@AnalyzeClasses(packages = "io.spdytunnel", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule nothingImportsUpwards = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("camel")
            .definedBy("io.spdytunnel")
            .layer("front")
            .definedBy("io.spdytunnel.front")
            .layer("auth")
            .definedBy("io.spdytunnel.auth")
            .layer("tunnel")
            .definedBy("io.spdytunnel.tunnel")
            .layer("h2")
            .definedBy("io.spdytunnel.h2")
            .layer("http")
            .definedBy("io.spdytunnel.http")
            .layer("session")
            .definedBy("io.spdytunnel.session")
            .layer("wire")
            .definedBy("io.spdytunnel.wire")
            .layer("spi")
            .definedBy("io.spdytunnel.spi")
            .whereLayer("camel")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("front")
            .mayOnlyBeAccessedByLayers("camel")
            .whereLayer("auth")
            .mayOnlyBeAccessedByLayers("camel")
            .whereLayer("tunnel")
            .mayOnlyBeAccessedByLayers("camel", "front", "auth")
            .whereLayer("h2")
            .mayOnlyBeAccessedByLayers("camel", "front")
            .whereLayer("http")
            .mayOnlyBeAccessedByLayers("camel", "front", "h2")
            .whereLayer("session")
            .mayOnlyBeAccessedByLayers("camel", "front", "auth", "tunnel", "http", "h2")
            .whereLayer("spi")
            .mayOnlyBeAccessedByLayers("camel", "front", "tunnel", "auth");

    @ArchTest
    static final ArchRule onlyTheRootPackageKnowsCamel = noClasses()
            .that()
            .resideOutsideOfPackage("io.spdytunnel")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.camel..");

    /** Strangers hold sessions, too: how loud a session's end is, says the floor that knows who the peer was. */
    @ArchTest
    static final ArchRule noSessionWarnsOfItsPeer = noClasses()
            .that()
            .resideInAPackage("io.spdytunnel.session")
            .and()
            .doNotHaveSimpleName("SpdyStream") // of listeners that failed, which are our own
            .should()
            .callMethodWhere(JavaCall.Predicates.target(HasOwner.Predicates.With.owner(type(Logger.class)))
                    .and(JavaCall.Predicates.target(nameMatching("warn|info"))));

    @ArchTest
    static final ArchRule onlyOneBridgeNamesNettysSpdyCodec = classes()
            .that()
            .haveSimpleNameNotStartingWith("NettySpdy")
            .should()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackage("io.netty.handler.codec.spdy..");

    @ArchTest
    static final ArchRule onlyWhoAuthenticatesKnowsJose = noClasses()
            .that()
            .resideOutsideOfPackage("io.spdytunnel.auth")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.jose4j..");

    @ArchTest
    static final ArchRule theSpiIsALeaf = noClasses()
            .that()
            .resideInAPackage("io.spdytunnel.spi")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "org.apache.camel..");
}
